#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016  # the stand-ins expand their own variables
# bootstrap installs what is missing and nothing else, and redoes a connector's set-up only when due.
set -euo pipefail
# shellcheck source=tests/gates/planted.sh
. "$(dirname "${BASH_SOURCE[0]}")/planted.sh"

BOOTSTRAP=$SOURCE/scripts/bootstrap
export ASSAY_OS_RELEASE=$TREE/os-release
export ASSAY_CONNECTORS=$TREE/connectors
export CALLS=$TREE/calls
export INSTALLED=$TREE/installed
mkdir -p "$ASSAY_CONNECTORS"

script() { # FILE: stdin becomes an executable shell script
    { echo '#!/usr/bin/env bash' && cat; } | plant "$1"
    chmod +x "$TREE/$1"
}

# Stand-ins for the system: what is installed is a file, what is called is written down.
script bin/dpkg-query <<'END'
while read -r name; do printf 'installed=%s ' "$name"; done <"$INSTALLED"
exit 1
END
script bin/apt-get <<'END'
echo "apt-get $*" >>"$CALLS"
END
script bin/sudo <<'END'
exec "$@"
END
script bin/id <<'END'
echo 0
END
export PATH=$TREE/bin:$PATH
printf 'ID=debian\nVERSION_ID="12"\n' >"$ASSAY_OS_RELEASE"
"$BOOTSTRAP" --print >"$INSTALLED"
: >"$CALLS"

called() { # WHAT TEXT
    grep -q -- "$2" "$CALLS" || complain "$1: nothing called '$2' but: $(<"$CALLS")"
}

grep -qx libmicrohttpd-dev "$INSTALLED" || complain "--print should name libmicrohttpd-dev"
exits "nothing missing" 0 "$BOOTSTRAP"
[[ ! -s $OUTPUT && ! -s $CALLS ]] || complain "nothing missing: it should be silent and still"

sed -i '/^jq$/d; /^libcjson-dev$/d' "$INSTALLED"
exits "--check with two missing" 1 "$BOOTSTRAP" --check
says "--check with two missing" "missing packages: libcjson-dev jq"
[[ ! -s $CALLS ]] || complain "--check should install nothing"
exits "installing" 0 "$BOOTSTRAP"
called "installing" "install -y --no-install-recommends libcjson-dev jq$"

script bin/apt-get <<'END'
[[ " $* " != *" install "* ]]
END
exits "an installation that fails" 69 "$BOOTSTRAP"
"$BOOTSTRAP" --print >"$INSTALLED"

# Elsewhere: nothing is installed, the tools themselves are looked for.
echo 'ID=elsewhere' >"$ASSAY_OS_RELEASE"
script bin/pkg-config <<'END'
[[ $* != *libmicrohttpd* ]]
END
exits "another distribution without a library" 1 "$BOOTSTRAP"
says "another distribution without a library" "libmicrohttpd-dev"
rm "$TREE/bin/pkg-config"
printf 'ID=debian\nVERSION_ID="12"\n' >"$ASSAY_OS_RELEASE"

# Connectors.
script connectors/shim/setup <<'END'
echo "setup in ${PWD##*/}" >>"$CALLS"
mkdir -p .venv/bin && : >.venv/pyvenv.cfg && ln -sf /bin/true .venv/bin/python
END
plant connectors/plain/connector.yaml </dev/null
plant connectors/shim/requirements.lock <<<'x==1'

setups() { # WHAT EXPECTED: how often setup has run so far
    local runs
    runs=$(grep -c '^setup in shim$' "$CALLS" || :)
    [[ $runs -eq $2 ]] || complain "$1: setup ran $runs times, wanted $2"
}
: >"$CALLS"
exits "not prepared" 1 "$BOOTSTRAP" --check --connectors
says "not prepared" "connector shim is not prepared"
exits "the first time" 0 "$BOOTSTRAP" --connectors
setups "the first time" 1
exits "a fresh stamp" 0 "$BOOTSTRAP" --connectors shim plain
setups "a fresh stamp" 1
echo 'x==2' >"$ASSAY_CONNECTORS/shim/requirements.lock"
exits "a changed lock file" 0 "$BOOTSTRAP" --connectors shim
setups "a changed lock file" 2
ln -sf /nonexistent "$ASSAY_CONNECTORS/shim/.venv/bin/python"
exits "a dangling python" 0 "$BOOTSTRAP" --connectors shim
setups "a dangling python" 3
rm -rf "$ASSAY_CONNECTORS/shim/.venv"
exits "a removed environment" 0 "$BOOTSTRAP" --connectors shim
setups "a removed environment" 4
mkdir -p "$ASSAY_CONNECTORS/shim/build"
ln -s /nonexistent "$ASSAY_CONNECTORS/shim/build/node"
exits "a dangling node" 1 "$BOOTSTRAP" --check --connectors shim
ln -sf /bin/true "$ASSAY_CONNECTORS/shim/build/node"
exits "a node that is there" 0 "$BOOTSTRAP" --check --connectors shim
script connectors/variant/setup <<'END'
exec "$(dirname "${BASH_SOURCE[0]}")/../shim/setup" "$@"
END
exits "a variant" 0 "$BOOTSTRAP" --connectors variant
setups "a variant" 4
exits "a variant with a fresh stamp" 0 "$BOOTSTRAP" --check --connectors variant
echo 'x==3' >"$ASSAY_CONNECTORS/shim/requirements.lock"
exits "a variant of what has changed, --check" 1 "$BOOTSTRAP" --check --connectors variant
exits "a variant of what has changed" 0 "$BOOTSTRAP" --connectors variant
setups "a variant of what has changed" 5
rm -rf "$ASSAY_CONNECTORS/shim/.venv"
exits "a variant of what was removed" 0 "$BOOTSTRAP" --connectors variant
setups "a variant of what was removed" 6
rm -r "$ASSAY_CONNECTORS/variant"
mkdir "$ASSAY_CONNECTORS/scraps"
exits "a folder that is no connector" 64 "$BOOTSTRAP" --connectors scraps
exits "an unknown connector" 64 "$BOOTSTRAP" --connectors shin
says "an unknown connector" "did you mean shim?"
printf '# a comment\nnonesuch-tool command:nonesuch-tool\ncoreutils command:ls\n' >"$ASSAY_CONNECTORS/shim/packages"
script bin/apt-get <<'END'
echo "apt-get $*" >>"$CALLS"
END
exits "a connector with packages" 0 "$BOOTSTRAP" --connectors shim
called "a connector with packages" "install -y --no-install-recommends nonesuch-tool"
script connectors/shim/setup <<'END'
echo "the index cannot be reached"
exit 3
END
exits "a set-up that fails" 1 "$BOOTSTRAP" --connectors shim
says "a set-up that fails" "the index cannot be reached"
exits "and is not taken for done" 1 "$BOOTSTRAP" --check --connectors shim

# Clients: asked for by name only, and what cannot be had fails nothing else.
export ASSAY_CLIENTS_SOURCE=$TREE/clients
for tool in node npm go chromium chromedriver; do script "bin/$tool" <<<':'; done
script clients/setup <<<'echo "clients set up" >>"$CALLS"'
: >"$CALLS"
exits "without --clients" 0 "$BOOTSTRAP"
[[ ! -s $CALLS ]] || complain "without --clients: nothing should be called"
exits "with all of them there" 0 "$BOOTSTRAP" --clients
called "with all of them there" "clients set up"
script clients/setup <<<'exit 1'
exits "a library that cannot be had" 1 "$BOOTSTRAP" --clients
rm "$TREE/bin/chromium"
if ! command -v chromium >/dev/null; then
    exits "--check without a browser" 1 "$BOOTSTRAP" --check --clients
    says "--check without a browser" "chromium"
fi

finish
