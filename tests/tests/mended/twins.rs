//! All programs of `ui/mended`, each a module.

#[path = "../../ui/mended/agent/after_init.rs"]
mod agent_after_init;

#[path = "../../ui/mended/agent/async_handler.rs"]
mod agent_async_handler;

#[path = "../../ui/mended/agent/async_init.rs"]
mod agent_async_init;

#[path = "../../ui/mended/agent/context.rs"]
mod agent_context;

#[path = "../../ui/mended/agent/context_by_value.rs"]
mod agent_context_by_value;

#[path = "../../ui/mended/agent/context_inside.rs"]
mod agent_context_inside;

#[path = "../../ui/mended/agent/down.rs"]
mod agent_down;

#[path = "../../ui/mended/agent/every.rs"]
mod agent_every;

#[path = "../../ui/mended/agent/exit.rs"]
mod agent_exit;

#[path = "../../ui/mended/agent/idle.rs"]
mod agent_idle;

#[path = "../../ui/mended/agent/info.rs"]
mod agent_info;

#[path = "../../ui/mended/agent/option_inline.rs"]
mod agent_option_inline;

#[path = "../../ui/mended/agent/option_stop_when_unused.rs"]
mod agent_option_stop_when_unused;

#[path = "../../ui/mended/agent/reply_stream.rs"]
mod agent_reply_stream;

#[path = "../../ui/mended/agent/reply_to.rs"]
mod agent_reply_to;

#[path = "../../ui/mended/agent/terminate.rs"]
mod agent_terminate;

#[path = "../../ui/mended/arguments/borrowed_box.rs"]
mod arguments_borrowed_box;

#[path = "../../ui/mended/arguments/borrowed_by_init.rs"]
mod arguments_borrowed_by_init;

#[path = "../../ui/mended/arguments/borrowed_c_str.rs"]
mod arguments_borrowed_c_str;

#[path = "../../ui/mended/arguments/borrowed_cow.rs"]
mod arguments_borrowed_cow;

#[path = "../../ui/mended/arguments/borrowed_inside.rs"]
mod arguments_borrowed_inside;

#[path = "../../ui/mended/arguments/borrowed_iterator.rs"]
mod arguments_borrowed_iterator;

#[path = "../../ui/mended/arguments/borrowed_lifetime.rs"]
mod arguments_borrowed_lifetime;

#[path = "../../ui/mended/arguments/borrowed_mutably.rs"]
mod arguments_borrowed_mutably;

#[path = "../../ui/mended/arguments/borrowed_object.rs"]
mod arguments_borrowed_object;

#[path = "../../ui/mended/arguments/borrowed_os_str.rs"]
mod arguments_borrowed_os_str;

#[path = "../../ui/mended/arguments/borrowed_path.rs"]
mod arguments_borrowed_path;

#[path = "../../ui/mended/arguments/borrowed_slice.rs"]
mod arguments_borrowed_slice;

#[path = "../../ui/mended/arguments/borrowed_str.rs"]
mod arguments_borrowed_str;

#[path = "../../ui/mended/arguments/borrowed_value.rs"]
mod arguments_borrowed_value;

#[path = "../../ui/mended/arguments/cfg.rs"]
mod arguments_cfg;

#[path = "../../ui/mended/arguments/cfg_attr.rs"]
mod arguments_cfg_attr;

#[path = "../../ui/mended/arguments/impl_into.rs"]
mod arguments_impl_into;

#[path = "../../ui/mended/arguments/impl_into_inside.rs"]
mod arguments_impl_into_inside;

#[path = "../../ui/mended/arguments/impl_trait.rs"]
mod arguments_impl_trait;

#[path = "../../ui/mended/arguments/into_elsewhere.rs"]
mod arguments_into_elsewhere;

#[path = "../../ui/mended/arguments/into_on_a_helper.rs"]
mod arguments_into_on_a_helper;

#[path = "../../ui/mended/arguments/into_on_context.rs"]
mod arguments_into_on_context;

#[path = "../../ui/mended/arguments/into_on_info.rs"]
mod arguments_into_on_info;

#[path = "../../ui/mended/arguments/into_on_self.rs"]
mod arguments_into_on_self;

#[path = "../../ui/mended/arguments/one_name.rs"]
mod arguments_one_name;

#[path = "../../ui/mended/arguments/pattern_at.rs"]
mod arguments_pattern_at;

#[path = "../../ui/mended/arguments/pattern_ref.rs"]
mod arguments_pattern_ref;

#[path = "../../ui/mended/arguments/pattern_struct.rs"]
mod arguments_pattern_struct;

#[path = "../../ui/mended/arguments/pattern_tuple.rs"]
mod arguments_pattern_tuple;

#[path = "../../ui/mended/arguments/pattern_wild.rs"]
mod arguments_pattern_wild;

#[path = "../../ui/mended/arguments/unsized_object.rs"]
mod arguments_unsized_object;

#[path = "../../ui/mended/arguments/unsized_slice.rs"]
mod arguments_unsized_slice;

#[path = "../../ui/mended/arguments/unsized_str.rs"]
mod arguments_unsized_str;

#[path = "../../ui/mended/client/agent_started_as_a_server.rs"]
mod client_agent_started_as_a_server;

#[path = "../../ui/mended/client/call_of_a_protocol.rs"]
mod client_call_of_a_protocol;

#[path = "../../ui/mended/client/call_without_await.rs"]
mod client_call_without_await;

#[path = "../../ui/mended/client/handler_on_the_client.rs"]
mod client_handler_on_the_client;

#[path = "../../ui/mended/client/into_misfit.rs"]
mod client_into_misfit;

#[path = "../../ui/mended/client/misspelt_method.rs"]
mod client_misspelt_method;

#[path = "../../ui/mended/client/private_method.rs"]
mod client_private_method;

#[path = "../../ui/mended/client/server_started_as_an_agent.rs"]
mod client_server_started_as_an_agent;

#[path = "../../ui/mended/client/wait_until_on_a_server.rs"]
mod client_wait_until_on_a_server;

#[path = "../../ui/mended/client/watch_on_a_server.rs"]
mod client_watch_on_a_server;

#[path = "../../ui/mended/client/with_on_a_server.rs"]
mod client_with_on_a_server;

#[path = "../../ui/mended/client/wrong_argument.rs"]
mod client_wrong_argument;

#[path = "../../ui/mended/context/by_value.rs"]
mod context_by_value;

#[path = "../../ui/mended/context/inside.rs"]
mod context_inside;

#[path = "../../ui/mended/context/of_an_agent.rs"]
mod context_of_an_agent;

#[path = "../../ui/mended/context/of_another_server.rs"]
mod context_of_another_server;

#[path = "../../ui/mended/context/shared.rs"]
mod context_shared;

#[path = "../../ui/mended/context/twice.rs"]
mod context_twice;

#[path = "../../ui/mended/durations/empty.rs"]
mod durations_empty;

#[path = "../../ui/mended/durations/every_empty.rs"]
mod durations_every_empty;

#[path = "../../ui/mended/durations/every_misspelt.rs"]
mod durations_every_misspelt;

#[path = "../../ui/mended/durations/every_syntax.rs"]
mod durations_every_syntax;

#[path = "../../ui/mended/durations/every_unknown.rs"]
mod durations_every_unknown;

#[path = "../../ui/mended/durations/every_unknown_apart.rs"]
mod durations_every_unknown_apart;

#[path = "../../ui/mended/durations/every_without.rs"]
mod durations_every_without;

#[path = "../../ui/mended/durations/every_zero.rs"]
mod durations_every_zero;

#[path = "../../ui/mended/durations/fraction.rs"]
mod durations_fraction;

#[path = "../../ui/mended/durations/idle_assigned.rs"]
mod durations_idle_assigned;

#[path = "../../ui/mended/durations/idle_now.rs"]
mod durations_idle_now;

#[path = "../../ui/mended/durations/idle_now_apart.rs"]
mod durations_idle_now_apart;

#[path = "../../ui/mended/durations/idle_without.rs"]
mod durations_idle_without;

#[path = "../../ui/mended/durations/negative.rs"]
mod durations_negative;

#[path = "../../ui/mended/durations/not_a_duration.rs"]
mod durations_not_a_duration;

#[path = "../../ui/mended/durations/number.rs"]
mod durations_number;

#[path = "../../ui/mended/durations/of_another_type.rs"]
mod durations_of_another_type;

#[path = "../../ui/mended/durations/too_long.rs"]
mod durations_too_long;

#[path = "../../ui/mended/durations/unknown_unit.rs"]
mod durations_unknown_unit;

#[path = "../../ui/mended/durations/without_number.rs"]
mod durations_without_number;

#[path = "../../ui/mended/durations/without_unit.rs"]
mod durations_without_unit;

#[path = "../../ui/mended/durations/without_value.rs"]
mod durations_without_value;

#[path = "../../ui/mended/durations/zero.rs"]
mod durations_zero;

#[path = "../../ui/mended/init/generic.rs"]
mod init_generic;

#[path = "../../ui/mended/init/lifetime.rs"]
mod init_lifetime;

#[path = "../../ui/mended/init/missing.rs"]
mod init_missing;

#[path = "../../ui/mended/init/of_a_trait.rs"]
mod init_of_a_trait;

#[path = "../../ui/mended/init/of_a_value.rs"]
mod init_of_a_value;

#[path = "../../ui/mended/init/of_an_option.rs"]
mod init_of_an_option;

#[path = "../../ui/mended/init/of_another_struct.rs"]
mod init_of_another_struct;

#[path = "../../ui/mended/init/second_block.rs"]
mod init_second_block;

#[path = "../../ui/mended/init/second_block_with_init.rs"]
mod init_second_block_with_init;

#[path = "../../ui/mended/init/second_idle.rs"]
mod init_second_idle;

#[path = "../../ui/mended/init/second_terminate.rs"]
mod init_second_terminate;

#[path = "../../ui/mended/init/twice.rs"]
mod init_twice;

#[path = "../../ui/mended/init/where_clause.rs"]
mod init_where_clause;

#[path = "../../ui/mended/init/with_self.rs"]
mod init_with_self;

#[path = "../../ui/mended/init/without_state.rs"]
mod init_without_state;

#[path = "../../ui/mended/names/chosen_start.rs"]
mod names_chosen_start;

#[path = "../../ui/mended/names/clone.rs"]
mod names_clone;

#[path = "../../ui/mended/names/deref.rs"]
mod names_deref;

#[path = "../../ui/mended/names/init_called_start.rs"]
mod names_init_called_start;

#[path = "../../ui/mended/names/one_name.rs"]
mod names_one_name;

#[path = "../../ui/mended/names/one_variant.rs"]
mod names_one_variant;

#[path = "../../ui/mended/names/spec.rs"]
mod names_spec;

#[path = "../../ui/mended/names/start.rs"]
mod names_start;

#[path = "../../ui/mended/options/always_of_an_info.rs"]
mod options_always_of_an_info;

#[path = "../../ui/mended/options/always_with_value.rs"]
mod options_always_with_value;

#[path = "../../ui/mended/options/assigned_on_a_call.rs"]
mod options_assigned_on_a_call;

#[path = "../../ui/mended/options/crate_relative.rs"]
mod options_crate_relative;

#[path = "../../ui/mended/options/crate_text.rs"]
mod options_crate_text;

#[path = "../../ui/mended/options/derive_misfit.rs"]
mod options_derive_misfit;

#[path = "../../ui/mended/options/derive_syntax.rs"]
mod options_derive_syntax;

#[path = "../../ui/mended/options/derive_value.rs"]
mod options_derive_value;

#[path = "../../ui/mended/options/fallible_and_plain.rs"]
mod options_fallible_and_plain;

#[path = "../../ui/mended/options/flag_with_value.rs"]
mod options_flag_with_value;

#[path = "../../ui/mended/options/inline_alone.rs"]
mod options_inline_alone;

#[path = "../../ui/mended/options/inline_text.rs"]
mod options_inline_text;

#[path = "../../ui/mended/options/literal_on_a_call.rs"]
mod options_literal_on_a_call;

#[path = "../../ui/mended/options/literal_on_a_cast.rs"]
mod options_literal_on_a_cast;

#[path = "../../ui/mended/options/mailbox_text.rs"]
mod options_mailbox_text;

#[path = "../../ui/mended/options/mailbox_zero.rs"]
mod options_mailbox_zero;

#[path = "../../ui/mended/options/missing_comma.rs"]
mod options_missing_comma;

#[path = "../../ui/mended/options/missing_value.rs"]
mod options_missing_value;

#[path = "../../ui/mended/options/misspelt.rs"]
mod options_misspelt;

#[path = "../../ui/mended/options/misspelt_of_a_call.rs"]
mod options_misspelt_of_a_call;

#[path = "../../ui/mended/options/of_a_call.rs"]
mod options_of_a_call;

#[path = "../../ui/mended/options/of_servers_on_a_call.rs"]
mod options_of_servers_on_a_call;

#[path = "../../ui/mended/options/of_the_block_on_a_call.rs"]
mod options_of_the_block_on_a_call;

#[path = "../../ui/mended/options/of_ticks_on_a_call.rs"]
mod options_of_ticks_on_a_call;

#[path = "../../ui/mended/options/overflow_number.rs"]
mod options_overflow_number;

#[path = "../../ui/mended/options/overflow_unknown.rs"]
mod options_overflow_unknown;

#[path = "../../ui/mended/options/plain_with_parentheses.rs"]
mod options_plain_with_parentheses;

#[path = "../../ui/mended/options/slow_list.rs"]
mod options_slow_list;

#[path = "../../ui/mended/options/spec_path.rs"]
mod options_spec_path;

#[path = "../../ui/mended/options/start_text.rs"]
mod options_start_text;

#[path = "../../ui/mended/options/timeout_of_a_cast.rs"]
mod options_timeout_of_a_cast;

#[path = "../../ui/mended/options/twice.rs"]
mod options_twice;

#[path = "../../ui/mended/options/twice_on_a_call.rs"]
mod options_twice_on_a_call;

#[path = "../../ui/mended/options/unknown_to_agents.rs"]
mod options_unknown_to_agents;

#[path = "../../ui/mended/options/unknown_to_calls.rs"]
mod options_unknown_to_calls;

#[path = "../../ui/mended/options/unknown_to_casts.rs"]
mod options_unknown_to_casts;

#[path = "../../ui/mended/options/unknown_to_exit.rs"]
mod options_unknown_to_exit;

#[path = "../../ui/mended/options/unknown_to_format_status.rs"]
mod options_unknown_to_format_status;

#[path = "../../ui/mended/options/unknown_to_servers.rs"]
mod options_unknown_to_servers;

#[path = "../../ui/mended/placement/after_init_elsewhere.rs"]
mod placement_after_init_elsewhere;

#[path = "../../ui/mended/placement/agent_and_server.rs"]
mod placement_agent_and_server;

#[path = "../../ui/mended/placement/agent_twice.rs"]
mod placement_agent_twice;

#[path = "../../ui/mended/placement/call_elsewhere.rs"]
mod placement_call_elsewhere;

#[path = "../../ui/mended/placement/call_in_a_second_block.rs"]
mod placement_call_in_a_second_block;

#[path = "../../ui/mended/placement/call_on_a_constant.rs"]
mod placement_call_on_a_constant;

#[path = "../../ui/mended/placement/call_on_a_function.rs"]
mod placement_call_on_a_function;

#[path = "../../ui/mended/placement/cast_elsewhere.rs"]
mod placement_cast_elsewhere;

#[path = "../../ui/mended/placement/down_elsewhere.rs"]
mod placement_down_elsewhere;

#[path = "../../ui/mended/placement/every_elsewhere.rs"]
mod placement_every_elsewhere;

#[path = "../../ui/mended/placement/exit_elsewhere.rs"]
mod placement_exit_elsewhere;

#[path = "../../ui/mended/placement/format_status_elsewhere.rs"]
mod placement_format_status_elsewhere;

#[path = "../../ui/mended/placement/idle_elsewhere.rs"]
mod placement_idle_elsewhere;

#[path = "../../ui/mended/placement/info_elsewhere.rs"]
mod placement_info_elsewhere;

#[path = "../../ui/mended/placement/init_elsewhere.rs"]
mod placement_init_elsewhere;

#[path = "../../ui/mended/placement/misspelt_attribute.rs"]
mod placement_misspelt_attribute;

#[path = "../../ui/mended/placement/on_a_constant.rs"]
mod placement_on_a_constant;

#[path = "../../ui/mended/placement/on_a_function.rs"]
mod placement_on_a_function;

#[path = "../../ui/mended/placement/on_a_macro.rs"]
mod placement_on_a_macro;

#[path = "../../ui/mended/placement/on_a_module.rs"]
mod placement_on_a_module;

#[path = "../../ui/mended/placement/on_a_static.rs"]
mod placement_on_a_static;

#[path = "../../ui/mended/placement/on_a_struct.rs"]
mod placement_on_a_struct;

#[path = "../../ui/mended/placement/on_a_trait.rs"]
mod placement_on_a_trait;

#[path = "../../ui/mended/placement/on_a_trait_for_servers.rs"]
mod placement_on_a_trait_for_servers;

#[path = "../../ui/mended/placement/on_a_trait_impl.rs"]
mod placement_on_a_trait_impl;

#[path = "../../ui/mended/placement/on_a_tuple.rs"]
mod placement_on_a_tuple;

#[path = "../../ui/mended/placement/on_a_type_alias.rs"]
mod placement_on_a_type_alias;

#[path = "../../ui/mended/placement/on_a_union.rs"]
mod placement_on_a_union;

#[path = "../../ui/mended/placement/on_an_enum.rs"]
mod placement_on_an_enum;

#[path = "../../ui/mended/placement/on_an_object.rs"]
mod placement_on_an_object;

#[path = "../../ui/mended/placement/on_the_impl_of_a_path.rs"]
mod placement_on_the_impl_of_a_path;

#[path = "../../ui/mended/placement/on_the_impl_of_display.rs"]
mod placement_on_the_impl_of_display;

#[path = "../../ui/mended/placement/one_role_twice.rs"]
mod placement_one_role_twice;

#[path = "../../ui/mended/placement/terminate_elsewhere.rs"]
mod placement_terminate_elsewhere;

#[path = "../../ui/mended/placement/two_roles.rs"]
mod placement_two_roles;

#[path = "../../ui/mended/protocol/impl_agent_for_a_server.rs"]
mod protocol_impl_agent_for_a_server;

#[path = "../../ui/mended/protocol/impl_argument_count.rs"]
mod protocol_impl_argument_count;

#[path = "../../ui/mended/protocol/impl_argument_type.rs"]
mod protocol_impl_argument_type;

#[path = "../../ui/mended/protocol/impl_async_in_an_agent.rs"]
mod protocol_impl_async_in_an_agent;

#[path = "../../ui/mended/protocol/impl_async_server_for_an_agent.rs"]
mod protocol_impl_async_server_for_an_agent;

#[path = "../../ui/mended/protocol/impl_borrowed_argument.rs"]
mod protocol_impl_borrowed_argument;

#[path = "../../ui/mended/protocol/impl_borrowed_messages.rs"]
mod protocol_impl_borrowed_messages;

#[path = "../../ui/mended/protocol/impl_call.rs"]
mod protocol_impl_call;

#[path = "../../ui/mended/protocol/impl_call_of_one_name.rs"]
mod protocol_impl_call_of_one_name;

#[path = "../../ui/mended/protocol/impl_client.rs"]
mod protocol_impl_client;

#[path = "../../ui/mended/protocol/impl_constant.rs"]
mod protocol_impl_constant;

#[path = "../../ui/mended/protocol/impl_context_in_an_agent.rs"]
mod protocol_impl_context_in_an_agent;

#[path = "../../ui/mended/protocol/impl_extra.rs"]
mod protocol_impl_extra;

#[path = "../../ui/mended/protocol/impl_generic.rs"]
mod protocol_impl_generic;

#[path = "../../ui/mended/protocol/impl_half_typed.rs"]
mod protocol_impl_half_typed;

#[path = "../../ui/mended/protocol/impl_info.rs"]
mod protocol_impl_info;

#[path = "../../ui/mended/protocol/impl_init.rs"]
mod protocol_impl_init;

#[path = "../../ui/mended/protocol/impl_into.rs"]
mod protocol_impl_into;

#[path = "../../ui/mended/protocol/impl_lifetime.rs"]
mod protocol_impl_lifetime;

#[path = "../../ui/mended/protocol/impl_missing.rs"]
mod protocol_impl_missing;

#[path = "../../ui/mended/protocol/impl_missing_of_a_server.rs"]
mod protocol_impl_missing_of_a_server;

#[path = "../../ui/mended/protocol/impl_misspelt_async.rs"]
mod protocol_impl_misspelt_async;

#[path = "../../ui/mended/protocol/impl_name_of_a_handler.rs"]
mod protocol_impl_name_of_a_handler;

#[path = "../../ui/mended/protocol/impl_not_send.rs"]
mod protocol_impl_not_send;

#[path = "../../ui/mended/protocol/impl_nothing_returned.rs"]
mod protocol_impl_nothing_returned;

#[path = "../../ui/mended/protocol/impl_one_name.rs"]
mod protocol_impl_one_name;

#[path = "../../ui/mended/protocol/impl_options.rs"]
mod protocol_impl_options;

#[path = "../../ui/mended/protocol/impl_partial.rs"]
mod protocol_impl_partial;

#[path = "../../ui/mended/protocol/impl_partial_async.rs"]
mod protocol_impl_partial_async;

#[path = "../../ui/mended/protocol/impl_protocol_twice.rs"]
mod protocol_impl_protocol_twice;

#[path = "../../ui/mended/protocol/impl_protocols_alone.rs"]
mod protocol_impl_protocols_alone;

#[path = "../../ui/mended/protocol/impl_protocols_as_objects.rs"]
mod protocol_impl_protocols_as_objects;

#[path = "../../ui/mended/protocol/impl_reply_to.rs"]
mod protocol_impl_reply_to;

#[path = "../../ui/mended/protocol/impl_reply_to_in_an_agent.rs"]
mod protocol_impl_reply_to_in_an_agent;

#[path = "../../ui/mended/protocol/impl_reply_to_of_a_cast.rs"]
mod protocol_impl_reply_to_of_a_cast;

#[path = "../../ui/mended/protocol/impl_reply_to_of_nothing.rs"]
mod protocol_impl_reply_to_of_nothing;

#[path = "../../ui/mended/protocol/impl_reply_type.rs"]
mod protocol_impl_reply_type;

#[path = "../../ui/mended/protocol/impl_reply_type_async.rs"]
mod protocol_impl_reply_type_async;

#[path = "../../ui/mended/protocol/impl_server_for_an_agent.rs"]
mod protocol_impl_server_for_an_agent;

#[path = "../../ui/mended/protocol/impl_two_of_one_name.rs"]
mod protocol_impl_two_of_one_name;

#[path = "../../ui/mended/protocol/impl_type.rs"]
mod protocol_impl_type;

#[path = "../../ui/mended/protocol/impl_unknown_option.rs"]
mod protocol_impl_unknown_option;

#[path = "../../ui/mended/protocol/impl_unknown_protocol.rs"]
mod protocol_impl_unknown_protocol;

#[path = "../../ui/mended/protocol/impl_without_protocols.rs"]
mod protocol_impl_without_protocols;

#[path = "../../ui/mended/protocol/impl_without_protocols_of_a_server.rs"]
mod protocol_impl_without_protocols_of_a_server;

#[path = "../../ui/mended/protocol/impl_without_self.rs"]
mod protocol_impl_without_self;

#[path = "../../ui/mended/protocol/impl_without_the_attribute.rs"]
mod protocol_impl_without_the_attribute;

#[path = "../../ui/mended/protocol/trait_async.rs"]
mod protocol_trait_async;

#[path = "../../ui/mended/protocol/trait_auto.rs"]
mod protocol_trait_auto;

#[path = "../../ui/mended/protocol/trait_body_without_the_attribute.rs"]
mod protocol_trait_body_without_the_attribute;

#[path = "../../ui/mended/protocol/trait_borrowed_argument.rs"]
mod protocol_trait_borrowed_argument;

#[path = "../../ui/mended/protocol/trait_borrowed_reply.rs"]
mod protocol_trait_borrowed_reply;

#[path = "../../ui/mended/protocol/trait_call_for_sized_types.rs"]
mod protocol_trait_call_for_sized_types;

#[path = "../../ui/mended/protocol/trait_call_that_takes_self.rs"]
mod protocol_trait_call_that_takes_self;

#[path = "../../ui/mended/protocol/trait_call_with_a_lifetime.rs"]
mod protocol_trait_call_with_a_lifetime;

#[path = "../../ui/mended/protocol/trait_call_with_bounds.rs"]
mod protocol_trait_call_with_bounds;

#[path = "../../ui/mended/protocol/trait_call_without_self.rs"]
mod protocol_trait_call_without_self;

#[path = "../../ui/mended/protocol/trait_cast_with_a_reply.rs"]
mod protocol_trait_cast_with_a_reply;

#[path = "../../ui/mended/protocol/trait_cast_without_the_attribute.rs"]
mod protocol_trait_cast_without_the_attribute;

#[path = "../../ui/mended/protocol/trait_clone.rs"]
mod protocol_trait_clone;

#[path = "../../ui/mended/protocol/trait_constant.rs"]
mod protocol_trait_constant;

#[path = "../../ui/mended/protocol/trait_context.rs"]
mod protocol_trait_context;

#[path = "../../ui/mended/protocol/trait_every.rs"]
mod protocol_trait_every;

#[path = "../../ui/mended/protocol/trait_generic_call.rs"]
mod protocol_trait_generic_call;

#[path = "../../ui/mended/protocol/trait_generic_helper.rs"]
mod protocol_trait_generic_helper;

#[path = "../../ui/mended/protocol/trait_half_typed.rs"]
mod protocol_trait_half_typed;

#[path = "../../ui/mended/protocol/trait_impl_trait.rs"]
mod protocol_trait_impl_trait;

#[path = "../../ui/mended/protocol/trait_init.rs"]
mod protocol_trait_init;

#[path = "../../ui/mended/protocol/trait_method_of_no_kind.rs"]
mod protocol_trait_method_of_no_kind;

#[path = "../../ui/mended/protocol/trait_of_clones.rs"]
mod protocol_trait_of_clones;

#[path = "../../ui/mended/protocol/trait_of_sized_types.rs"]
mod protocol_trait_of_sized_types;

#[path = "../../ui/mended/protocol/trait_on_a_function.rs"]
mod protocol_trait_on_a_function;

#[path = "../../ui/mended/protocol/trait_on_a_macro_call.rs"]
mod protocol_trait_on_a_macro_call;

#[path = "../../ui/mended/protocol/trait_on_a_struct.rs"]
mod protocol_trait_on_a_struct;

#[path = "../../ui/mended/protocol/trait_on_an_impl_block.rs"]
mod protocol_trait_on_an_impl_block;

#[path = "../../ui/mended/protocol/trait_one_variant.rs"]
mod protocol_trait_one_variant;

#[path = "../../ui/mended/protocol/trait_option_of_servers.rs"]
mod protocol_trait_option_of_servers;

#[path = "../../ui/mended/protocol/trait_options_without_a_comma.rs"]
mod protocol_trait_options_without_a_comma;

#[path = "../../ui/mended/protocol/trait_parameter_of_no_message.rs"]
mod protocol_trait_parameter_of_no_message;

#[path = "../../ui/mended/protocol/trait_parameter_without_bounds.rs"]
mod protocol_trait_parameter_without_bounds;

#[path = "../../ui/mended/protocol/trait_pattern.rs"]
mod protocol_trait_pattern;

#[path = "../../ui/mended/protocol/trait_reply_stream.rs"]
mod protocol_trait_reply_stream;

#[path = "../../ui/mended/protocol/trait_reply_stream_of_a_cast.rs"]
mod protocol_trait_reply_stream_of_a_cast;

#[path = "../../ui/mended/protocol/trait_reply_to.rs"]
mod protocol_trait_reply_to;

#[path = "../../ui/mended/protocol/trait_reply_to_of_a_cast.rs"]
mod protocol_trait_reply_to_of_a_cast;

#[path = "../../ui/mended/protocol/trait_self_as_a_reply.rs"]
mod protocol_trait_self_as_a_reply;

#[path = "../../ui/mended/protocol/trait_self_as_an_argument.rs"]
mod protocol_trait_self_as_an_argument;

#[path = "../../ui/mended/protocol/trait_several.rs"]
mod protocol_trait_several;

#[path = "../../ui/mended/protocol/trait_twice.rs"]
mod protocol_trait_twice;

#[path = "../../ui/mended/protocol/trait_type.rs"]
mod protocol_trait_type;

#[path = "../../ui/mended/protocol/trait_unknown_option.rs"]
mod protocol_trait_unknown_option;

#[path = "../../ui/mended/protocol/trait_unsafe.rs"]
mod protocol_trait_unsafe;

#[path = "../../ui/mended/protocol/trait_with_a_lifetime.rs"]
mod protocol_trait_with_a_lifetime;

#[path = "../../ui/mended/protocol/trait_without_messages.rs"]
mod protocol_trait_without_messages;

#[path = "../../ui/mended/protocol/trait_without_the_attribute.rs"]
mod protocol_trait_without_the_attribute;

#[path = "../../ui/mended/receivers/arc.rs"]
mod receivers_arc;

#[path = "../../ui/mended/receivers/boxed.rs"]
mod receivers_boxed;

#[path = "../../ui/mended/receivers/missing.rs"]
mod receivers_missing;

#[path = "../../ui/mended/receivers/missing_in_a_cast.rs"]
mod receivers_missing_in_a_cast;

#[path = "../../ui/mended/receivers/other.rs"]
mod receivers_other;

#[path = "../../ui/mended/receivers/owned.rs"]
mod receivers_owned;

#[path = "../../ui/mended/receivers/owned_mut.rs"]
mod receivers_owned_mut;

#[path = "../../ui/mended/replies/another_result.rs"]
mod replies_another_result;

#[path = "../../ui/mended/replies/borrowed_by_reply_to.rs"]
mod replies_borrowed_by_reply_to;

#[path = "../../ui/mended/replies/borrowed_inside.rs"]
mod replies_borrowed_inside;

#[path = "../../ui/mended/replies/borrowed_iterator.rs"]
mod replies_borrowed_iterator;

#[path = "../../ui/mended/replies/borrowed_slice.rs"]
mod replies_borrowed_slice;

#[path = "../../ui/mended/replies/borrowed_str.rs"]
mod replies_borrowed_str;

#[path = "../../ui/mended/replies/impl_trait.rs"]
mod replies_impl_trait;

#[path = "../../ui/mended/replies/never.rs"]
mod replies_never;

#[path = "../../ui/mended/replies/p09_sent_twice.rs"]
mod replies_p09_sent_twice;

#[path = "../../ui/mended/replies/reply_to_and_stream.rs"]
mod replies_reply_to_and_stream;

#[path = "../../ui/mended/replies/reply_to_and_value.rs"]
mod replies_reply_to_and_value;

#[path = "../../ui/mended/replies/reply_to_in_a_cast.rs"]
mod replies_reply_to_in_a_cast;

#[path = "../../ui/mended/replies/reply_to_lent.rs"]
mod replies_reply_to_lent;

#[path = "../../ui/mended/replies/reply_to_without_type.rs"]
mod replies_reply_to_without_type;

#[path = "../../ui/mended/replies/two_reply_tos.rs"]
mod replies_two_reply_tos;

#[path = "../../ui/mended/replies/unsized_by_reply_to.rs"]
mod replies_unsized_by_reply_to;

#[path = "../../ui/mended/replies/unsized_slice.rs"]
mod replies_unsized_slice;

#[path = "../../ui/mended/replies/unsized_str.rs"]
mod replies_unsized_str;

#[path = "../../ui/mended/returns/after_init.rs"]
mod returns_after_init;

#[path = "../../ui/mended/returns/cast.rs"]
mod returns_cast;

#[path = "../../ui/mended/returns/cast_with_option.rs"]
mod returns_cast_with_option;

#[path = "../../ui/mended/returns/cast_with_result.rs"]
mod returns_cast_with_result;

#[path = "../../ui/mended/returns/down.rs"]
mod returns_down;

#[path = "../../ui/mended/returns/every.rs"]
mod returns_every;

#[path = "../../ui/mended/returns/exit.rs"]
mod returns_exit;

#[path = "../../ui/mended/returns/idle.rs"]
mod returns_idle;

#[path = "../../ui/mended/returns/info.rs"]
mod returns_info;

#[path = "../../ui/mended/returns/no_error.rs"]
mod returns_no_error;

#[path = "../../ui/mended/returns/no_error_in_an_agent.rs"]
mod returns_no_error_in_an_agent;

#[path = "../../ui/mended/returns/terminate.rs"]
mod returns_terminate;

#[path = "../../ui/mended/roles/after_init_with_argument.rs"]
mod roles_after_init_with_argument;

#[path = "../../ui/mended/roles/down_lent.rs"]
mod roles_down_lent;

#[path = "../../ui/mended/roles/down_with_another.rs"]
mod roles_down_with_another;

#[path = "../../ui/mended/roles/down_with_more.rs"]
mod roles_down_with_more;

#[path = "../../ui/mended/roles/down_without.rs"]
mod roles_down_without;

#[path = "../../ui/mended/roles/every_with_argument.rs"]
mod roles_every_with_argument;

#[path = "../../ui/mended/roles/exit_lent.rs"]
mod roles_exit_lent;

#[path = "../../ui/mended/roles/exit_with_another.rs"]
mod roles_exit_with_another;

#[path = "../../ui/mended/roles/exit_with_more.rs"]
mod roles_exit_with_more;

#[path = "../../ui/mended/roles/exit_without.rs"]
mod roles_exit_without;

#[path = "../../ui/mended/roles/idle_with_argument.rs"]
mod roles_idle_with_argument;

#[path = "../../ui/mended/roles/terminate_left_of_another.rs"]
mod roles_terminate_left_of_another;

#[path = "../../ui/mended/roles/terminate_left_twice.rs"]
mod roles_terminate_left_twice;

#[path = "../../ui/mended/roles/terminate_reason_owned.rs"]
mod roles_terminate_reason_owned;

#[path = "../../ui/mended/roles/terminate_reason_twice.rs"]
mod roles_terminate_reason_twice;

#[path = "../../ui/mended/roles/terminate_with_argument.rs"]
mod roles_terminate_with_argument;

#[path = "../../ui/mended/several/five.rs"]
mod several_five;

#[path = "../../ui/mended/several/in_one_signature.rs"]
mod several_in_one_signature;

#[path = "../../ui/mended/several/init_and_call.rs"]
mod several_init_and_call;

#[path = "../../ui/mended/signatures/const_parameter.rs"]
mod signatures_const_parameter;

#[path = "../../ui/mended/signatures/elided_lifetime_of_the_impl.rs"]
mod signatures_elided_lifetime_of_the_impl;

#[path = "../../ui/mended/signatures/extern.rs"]
mod signatures_extern;

#[path = "../../ui/mended/signatures/lifetime_of_the_impl.rs"]
mod signatures_lifetime_of_the_impl;

#[path = "../../ui/mended/signatures/lifetime_parameter.rs"]
mod signatures_lifetime_parameter;

#[path = "../../ui/mended/signatures/q06_types_within_types.rs"]
mod signatures_q06_types_within_types;

#[path = "../../ui/mended/signatures/reference_in_the_impl.rs"]
mod signatures_reference_in_the_impl;

#[path = "../../ui/mended/signatures/type_parameter.rs"]
mod signatures_type_parameter;

#[path = "../../ui/mended/signatures/unbounded_parameter.rs"]
mod signatures_unbounded_parameter;

#[path = "../../ui/mended/signatures/unbounded_parameter_of_a_server.rs"]
mod signatures_unbounded_parameter_of_a_server;

#[path = "../../ui/mended/signatures/unbounded_parameter_with_clone.rs"]
mod signatures_unbounded_parameter_with_clone;

#[path = "../../ui/mended/signatures/unbounded_parameter_with_where.rs"]
mod signatures_unbounded_parameter_with_where;

#[path = "../../ui/mended/signatures/unsafe.rs"]
mod signatures_unsafe;

#[path = "../../ui/mended/signatures/variadic.rs"]
mod signatures_variadic;

#[path = "../../ui/mended/signatures/where_clause.rs"]
mod signatures_where_clause;

#[path = "../../ui/mended/status/async.rs"]
mod status_async;

#[path = "../../ui/mended/status/async_in_an_agent.rs"]
mod status_async_in_an_agent;

#[path = "../../ui/mended/status/changing.rs"]
mod status_changing;

#[path = "../../ui/mended/status/generic.rs"]
mod status_generic;

#[path = "../../ui/mended/status/not_display.rs"]
mod status_not_display;

#[path = "../../ui/mended/status/of_a_call.rs"]
mod status_of_a_call;

#[path = "../../ui/mended/status/owned.rs"]
mod status_owned;

#[path = "../../ui/mended/status/twice.rs"]
mod status_twice;

#[path = "../../ui/mended/status/unsized.rs"]
mod status_unsized;

#[path = "../../ui/mended/status/where_clause.rs"]
mod status_where_clause;

#[path = "../../ui/mended/status/with_argument.rs"]
mod status_with_argument;

#[path = "../../ui/mended/status/with_context.rs"]
mod status_with_context;

#[path = "../../ui/mended/status/with_context_in_an_agent.rs"]
mod status_with_context_in_an_agent;

#[path = "../../ui/mended/status/without_self.rs"]
mod status_without_self;

#[path = "../../ui/mended/status/without_text.rs"]
mod status_without_text;

#[path = "../../ui/mended/supervision/init_error.rs"]
mod supervision_init_error;

#[path = "../../ui/mended/supervision/no_child.rs"]
mod supervision_no_child;

#[path = "../../ui/mended/supervision/not_clone.rs"]
mod supervision_not_clone;

#[path = "../../ui/mended/syntax/half_typed_body.rs"]
mod syntax_half_typed_body;

#[path = "../../ui/mended/syntax/half_typed_let.rs"]
mod syntax_half_typed_let;

#[path = "../../ui/mended/syntax/half_typed_method.rs"]
mod syntax_half_typed_method;

#[path = "../../ui/mended/syntax/half_typed_reply.rs"]
mod syntax_half_typed_reply;

#[path = "../../ui/mended/syntax/half_typed_signature.rs"]
mod syntax_half_typed_signature;

#[path = "../../ui/mended/syntax/missing_brace.rs"]
mod syntax_missing_brace;

#[path = "../../ui/mended/types/future_not_send.rs"]
mod types_future_not_send;

#[path = "../../ui/mended/types/not_send_argument.rs"]
mod types_not_send_argument;

#[path = "../../ui/mended/types/not_send_cast.rs"]
mod types_not_send_cast;

#[path = "../../ui/mended/types/not_send_init.rs"]
mod types_not_send_init;

#[path = "../../ui/mended/types/not_send_state.rs"]
mod types_not_send_state;

#[path = "../../ui/mended/types/q02_shared_cell_in_a_message.rs"]
mod types_q02_shared_cell_in_a_message;

#[path = "../../ui/mended/types/q02_shared_cell_in_the_state.rs"]
mod types_q02_shared_cell_in_the_state;

#[path = "../../ui/mended/types/state_not_sync.rs"]
mod types_state_not_sync;

#[path = "../../ui/mended/types/unknown_argument.rs"]
mod types_unknown_argument;

#[path = "../../ui/mended/types/unknown_reply.rs"]
mod types_unknown_reply;

#[path = "../../ui/mended/unused/call.rs"]
mod unused_call;

#[path = "../../ui/mended/unused/cast.rs"]
mod unused_cast;

#[path = "../../ui/mended/unused/monitor.rs"]
mod unused_monitor;

#[path = "../../ui/mended/unused/pending.rs"]
mod unused_pending;

#[path = "../../ui/mended/unused/replies.rs"]
mod unused_replies;

#[path = "../../ui/mended/unused/reply_to.rs"]
mod unused_reply_to;

#[path = "../../ui/mended/unused/spec.rs"]
mod unused_spec;

#[path = "../../ui/mended/unused/start.rs"]
mod unused_start;

#[path = "../../ui/mended/unused/start_agent.rs"]
mod unused_start_agent;

#[path = "../../ui/mended/unused/stop.rs"]
mod unused_stop;

#[path = "../../ui/mended/unused/wait_until.rs"]
mod unused_wait_until;

#[path = "../../ui/mended/unused/watch.rs"]
mod unused_watch;

#[path = "../../ui/mended/unused/with.rs"]
mod unused_with;
