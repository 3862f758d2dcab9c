# What `run` and `nightly` share; they source it from the root of the checkout.
# shellcheck shell=bash

steps=()

# Begins a step, and notes when.
step() {
    steps+=("$SECONDS $*")
    printf '\n=== %s (at %d s)\n' "$*" "$SECONDS"
}

# How long each step took.
summary() {
    steps+=("$SECONDS")
    printf '\n=== all steps\n'
    local number
    for ((number = 0; number < ${#steps[@]} - 1; number++)); do
        printf '%6d s  %s\n' "$((${steps[number + 1]%% *} - ${steps[number]%% *}))" "${steps[number]#* }"
    done
    printf '%6d s  together\n' "$SECONDS"
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# The tests start these themselves, so a builtin of this shell, which `kill` is too, is none.
all_installed() {
    local program
    for program in "$@"; do
        type -P "$program" >/dev/null || return 1
    done
}

# So many seeds of the simulations, messages of the soaks, cycles of each kind of server, and faults at least, with what the tests
# say of them added up.
faults() {
    local said="$CARGO_TARGET_DIR/faults.txt"
    mkdir -p "$CARGO_TARGET_DIR"
    CALLCAST_SIM_SEEDS=$1 CALLCAST_SOAK=$2 CALLCAST_MEM=$3 CALLCAST_KEYS=1000000 timeout --verbose 3h \
        cargo test --locked --release -p callcast-tests --test sim --test soak --test lin --test mem -- --nocapture 2>&1 |
        tee "$said"
    awk -v least="$4" '
        match($0, /faults injected: [0-9]+/) { sum += substr($0, RSTART + 17, RLENGTH - 17) }
        END { print "faults injected together: " sum; exit sum < least }' "$said"
}

# Runs those tests of the library that $4 names, in a build whose locks and atomics are those of a checker.
model_check() {
    local cfg=$1 folder=$2 limit=$3
    shift 3
    local filter=$1
    shift
    RUSTFLAGS="--cfg $cfg" timeout --verbose "$limit" \
        cargo test --locked --release -p callcast --lib --target-dir "target/$folder" "$filter" -- "$@"
}

# Gives the macros so many mutated inputs.
fuzz() {
    # The parser that they are written with is built like a build script: without optimisation, unless told.
    CALLCAST_FUZZ_INPUTS=$1 CARGO_PROFILE_RELEASE_BUILD_OVERRIDE_OPT_LEVEL=3 timeout --verbose 60m \
        cargo test --locked --release -p callcast-macros --target-dir target/fuzz fuzz
}
