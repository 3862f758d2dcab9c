//! The options of `#[agent]`, `#[server]` and `#[protocol]`.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Expr, ExprLit, Ident, Lit, Path};

use crate::args::{Setting, Value, settings};
use crate::diagnostics::Errors;
use crate::duration::{DurationExpr, ungroup};
use crate::kind::Kind;
use crate::ty;

pub(crate) const FOR_BOTH: [&str; 9] =
    ["derive", "protocols", "mailbox", "overflow", "timeout", "slow", "start", "spec", "crate"];
pub(crate) const FOR_SERVERS: [&str; 2] = ["inline", "stop_when_unused"];
pub(crate) const FOR_PROTOCOLS: [&str; 3] = ["derive", "timeout", "crate"];

/// `#[server(mailbox = 256, …)]`, taken apart.
#[derive(Default)]
pub(crate) struct Options {
    pub(crate) derives: Vec<Path>,
    pub(crate) protocols: Vec<Path>,
    pub(crate) mailbox: Option<Expr>,
    pub(crate) overflow: Option<Ident>,
    pub(crate) timeout: Option<DurationExpr>,
    pub(crate) slow: Option<DurationExpr>,
    pub(crate) inline: Option<Expr>,
    pub(crate) stop_when_unused: bool,
    pub(crate) start: Option<Ident>,
    pub(crate) spec: Option<Ident>,
    pub(crate) krate: Option<Path>,
}

impl Options {
    pub(crate) fn new(kind: Kind, args: TokenStream, errors: &mut Errors) -> Self {
        let mut options = Self::default();
        for setting in settings(kind, args, errors) {
            options.set(kind, &setting, errors);
        }
        options
    }

    /// Those of a block with the handlers of a protocol.
    pub(crate) fn of_speech(kind: Kind, args: TokenStream, errors: &mut Errors) -> Self {
        let mut options = Self::default();
        for setting in settings(kind, args, errors) {
            if setting.name == "crate" {
                options.krate = krate(&setting, errors);
            } else {
                not_of_a_block_for_a_protocol(kind, &setting, errors);
            }
        }
        options
    }

    fn set(&mut self, kind: Kind, setting: &Setting, errors: &mut Errors) {
        let name = setting.name.to_string();
        if kind == Kind::Agent && FOR_SERVERS.contains(&name.as_str()) {
            let problem = format_args!("an agent has no option `{name}`, because it has no task of its own");
            return errors.push(&setting.name, problem, "make it a `#[server]`, or leave the option out");
        }
        if kind == Kind::Protocol && !FOR_PROTOCOLS.contains(&name.as_str()) {
            return not_of_a_protocol(setting, errors);
        }
        match name.as_str() {
            "derive" => self.derives = setting.paths("a list", "derive(Debug, Clone)", errors),
            "protocols" => self.protocols = setting.paths("a list", "protocols(Store, Audit)", errors),
            "mailbox" => self.mailbox = mailbox(setting, errors),
            "overflow" => self.overflow = overflow(setting, errors),
            "timeout" => self.timeout = duration(setting, errors),
            "slow" => self.slow = duration(setting, errors),
            "inline" => self.inline = boolean(setting, errors),
            "stop_when_unused" => self.stop_when_unused = setting.flag(errors),
            "start" => self.start = name_of(setting, "start = launch", errors),
            "spec" => self.spec = name_of(setting, "spec = child", errors),
            "crate" => self.krate = krate(setting, errors),
            _ if kind == Kind::Agent => setting.unknown("`#[agent]`", &FOR_BOTH, errors),
            _ => setting.unknown("`#[server]`", &[&FOR_BOTH[..], &FOR_SERVERS].concat(), errors),
        }
    }

    /// Whether callers may run the server's handlers.
    pub(crate) fn is_inline(&self) -> bool {
        matches!(&self.inline, Some(Expr::Lit(ExprLit { lit: Lit::Bool(inline), .. })) if inline.value)
    }

    /// Whether the user's derives have one of this name.
    pub(crate) fn derives(&self, name: &str) -> bool {
        self.derives.iter().any(|path| path.segments.last().is_some_and(|segment| segment.ident == name))
    }

    /// Prints `.mailbox(256).timeout(…)`: nothing, if nothing is to be set.
    pub(crate) fn setters(&self) -> TokenStream {
        let krate = self.krate();
        let mailbox = self.mailbox.as_ref().map(|n| quote!(.mailbox(#n)));
        let overflow = self.overflow.as_ref().map(|policy| quote!(.overflow(#krate::Overflow::#policy)));
        let timeout = self.timeout.as_ref().map(|timeout| quote!(.timeout(#timeout)));
        let slow = self.slow.as_ref().map(|slow| quote!(.slow(#slow)));
        let inline = self.inline.as_ref().map(|inline| quote!(.inline(#inline)));
        let stop_when_unused = self.stop_when_unused.then(|| quote!(.stop_when_unused(true)));
        quote!(#mailbox #overflow #timeout #slow #inline #stop_when_unused)
    }

    /// The path of our crate in the generated code.
    pub(crate) fn krate(&self) -> TokenStream {
        self.krate.as_ref().map_or_else(|| quote!(::callcast), ToTokens::to_token_stream)
    }
}

/// `#[agent(timeout = "2s")] impl Store for Memory`
fn not_of_a_block_for_a_protocol(kind: Kind, setting: &Setting, errors: &mut Errors) {
    let (name, attribute) = (setting.name.to_string(), kind.attribute());
    if FOR_BOTH.contains(&name.as_str()) || FOR_SERVERS.contains(&name.as_str()) {
        let problem = format_args!(
            "a block for a protocol has no option `{name}`, because it is not all of {}",
            kind.with_article()
        );
        let help =
            format_args!("leave it out, or give it to the `{attribute}` of the block that has `#[init]`");
        return errors.push(&setting.name, problem, help);
    }
    setting.unknown(&format!("`{attribute}` on a block for a protocol"), &["crate"], errors);
}

/// `#[protocol(mailbox = 256)]`, `#[protocol(derives(Debug))]`
fn not_of_a_protocol(setting: &Setting, errors: &mut Errors) {
    let name = setting.name.to_string();
    if FOR_BOTH.contains(&name.as_str()) || FOR_SERVERS.contains(&name.as_str()) {
        let problem =
            format_args!("a protocol has no option `{name}`, because each server that speaks it has its own");
        return errors.push(&setting.name, problem, "leave it out, or give it to the block of a server");
    }
    setting.unknown("`#[protocol]`", &FOR_PROTOCOLS, errors);
}

pub(crate) fn duration(setting: &Setting, errors: &mut Errors) -> Option<DurationExpr> {
    let example = format!("{} = \"2s\"", setting.name);
    DurationExpr::new(setting.expr("a duration", &example, errors)?, errors)
}

fn mailbox(setting: &Setting, errors: &mut Errors) -> Option<Expr> {
    let expr = setting.expr("a number", "mailbox = 256", errors)?;
    match expr {
        Expr::Lit(ExprLit { lit: Lit::Int(n), .. }) if n.base10_digits() == "0" => {
            let problem = "a mailbox has to have room for one message at least";
            errors.push(n, problem, "write a number from `1` on, or leave it out for `1024`");
            None
        }
        Expr::Lit(ExprLit { lit: Lit::Int(_), .. }) => Some(expr.clone()),
        Expr::Lit(_) | Expr::Unary(_) => {
            setting.misfit("a number", "mailbox = 256", errors);
            None
        }
        expr => Some(expr.clone()),
    }
}

fn overflow(setting: &Setting, errors: &mut Errors) -> Option<Ident> {
    const POLICIES: &str = r#"write `"wait"`, `"reject"`, `"drop_oldest"` or `"drop_newest"`"#;
    const NEEDS: &str = "the name of a policy";
    const EXAMPLE: &str = "overflow = \"reject\"";
    let expr = setting.expr(NEEDS, EXAMPLE, errors)?;
    let Expr::Lit(ExprLit { lit: Lit::Str(policy), .. }) = expr else {
        setting.misfit(NEEDS, EXAMPLE, errors);
        return None;
    };
    let variant = match policy.value().as_str() {
        "wait" => "Wait",
        "reject" => "Reject",
        "drop_oldest" => "DropOldest",
        "drop_newest" => "DropNewest",
        unknown => {
            errors.push(policy, format_args!("no mailbox can overflow by `{unknown}`"), POLICIES);
            return None;
        }
    };
    Some(Ident::new(variant, policy.span()))
}

fn boolean(setting: &Setting, errors: &mut Errors) -> Option<Expr> {
    if let Value::Expr(expr) = &setting.value
        && let expr @ Expr::Lit(ExprLit { lit: Lit::Bool(_), .. }) = ungroup(expr)
    {
        return Some(expr.clone());
    }
    // Who names it without a value wants it.
    let help = format_args!("write `{} = true`, or leave it out for `false`", setting.name);
    setting.misfit_with("`true` or `false`", help, errors);
    None
}

fn name_of(setting: &Setting, example: &str, errors: &mut Errors) -> Option<Ident> {
    let path = path(setting, "a name", example, errors)?;
    // `self` and `crate` are paths, and no names.
    if let Some(ident) = path.get_ident()
        && syn::parse2::<Ident>(ident.to_token_stream()).is_ok()
    {
        return Some(ident.clone());
    }
    setting.misfit("a name", example, errors);
    None
}

fn krate(setting: &Setting, errors: &mut Errors) -> Option<Path> {
    let path = path(setting, "a path", "crate = ::callcast", errors)?;
    let first = path.segments.first()?.ident.to_string();
    if path.leading_colon.is_none() && first != "crate" && first != "$crate" {
        let problem = "the path of the crate has to be absolute";
        let help =
            format_args!("write `::{0}`, or `crate::{0}` for a re-export of your own", ty::printed(&path));
        errors.push(&path, problem, help);
        return None;
    }
    Some(path)
}

fn path(setting: &Setting, needs: &str, example: &str, errors: &mut Errors) -> Option<Path> {
    match ungroup(setting.expr(needs, example, errors)?) {
        Expr::Path(expr) if expr.qself.is_none() => Some(expr.path.clone()),
        _ => {
            setting.misfit(needs, example, errors);
            None
        }
    }
}
