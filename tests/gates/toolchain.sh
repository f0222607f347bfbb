#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016  # the stand-ins expand their own variables
# A machine's own Go or Node is taken when it is new enough; else the pinned one, if it is what is pinned.
set -euo pipefail
# shellcheck source=tests/gates/planted.sh
. "$(dirname "${BASH_SOURCE[0]}")/planted.sh"

TOOLCHAIN=$TREE/connectors/toolchains/toolchain
PLACE=$TREE/connectors/toolchains/build
export CALLS=$TREE/calls
mkdir -p "${TOOLCHAIN%/*}" "$TREE/bin"
cp "$SOURCE/connectors/toolchains/toolchain" "$TOOLCHAIN"
: >"$CALLS"
# Nothing of the machine's own but what the script itself stands on.
for tool in bash cat chmod cp dirname env flock grep ln mkdir rm sed sha256sum sort touch uname; do
    ln -s "$(command -v "$tool")" "$TREE/bin/$tool"
done
case $(uname -m) in
x86_64) go_arch=amd64 node_arch=x64 ;;
aarch64) go_arch=arm64 node_arch=arm64 ;;
*)
    echo "nothing is pinned for $(uname -m): skipped"
    exit 77
    ;;
esac

script() { # FILE: stdin becomes an executable shell script
    { echo '#!/usr/bin/env bash' && cat; } | plant "$1"
    chmod +x "$TREE/$1"
}

finds() { # WHAT PATH LANGUAGE VERSION
    exits "$1" 0 env PATH="$TREE/bin" "$TOOLCHAIN" "$3" "$4"
    [[ $(tail -n 1 "$OUTPUT") == "$2" ]] || complain "$1: it should find $2"
}

stops() { # WHAT STATUS TEXT LANGUAGE VERSION
    exits "$1" "$2" env PATH="$TREE/bin" "$TOOLCHAIN" "$4" "$5"
    says "$1" "$3"
}

fetched() { # WHAT TIMES
    local times
    times=$(wc -l <"$CALLS")
    [[ $times -eq $2 ]] || complain "$1: fetched $times times, wanted $2"
}

exits "no version" 64 "$TOOLCHAIN" go
exits "another language" 64 "$TOOLCHAIN" rust 1.0

# Go. The stand-in fetches what a module is: no file executable, go.mod with another name.
module=golang.org/toolchain@v0.0.1-go1.26.8.linux-$go_arch
plant connectors/toolchains/go.lock <<END
v0.0.1-go1.26.8.linux-amd64 h1:right=
v0.0.1-go1.26.8.linux-arm64 h1:right=
END
stops "no go at all" 69 "apt-get install golang-go" go 1.25.0
script bin/go <<'END'
[[ $1 != env ]] || { echo "$GO_VERSION"; exit 0; }
echo "$*" >>"$CALLS"
root=$GOMODCACHE/${*: -1}
mkdir -p "$root/bin" "$root/pkg/tool/linux" "$root/src" "$GOMODCACHE/cache"
touch "$root/bin/go" "$root/pkg/tool/linux/compile" "$root/src/_go.mod"
[[ -z ${GO_FAILS-} ]] || { echo '{"Error": "no such host"}'; exit 1; }
printf '{\n\t"Version": "v0",\n\t"Sum": "%s",\n\t"GoModSum": "h1:right="\n}\n' "$GO_SUM"
END
export GO_VERSION=go1.25.0 GO_SUM=h1:right=
finds "just right" "$TREE/bin/go" go 1.25.0
export GO_VERSION=go1.100.1
finds "newer, by numbers" "$TREE/bin/go" go 1.25.0
fetched "a machine's own" 0
export GO_VERSION=go1.19.8 GO_SUM=h1:wrong=
stops "another module than the pinned one" 1 "has the sum h1:wrong=, and go.lock says h1:right=" go 1.25.0
[[ ! -e $PLACE/go ]] || complain "what is not what is pinned should be gone"
export GO_SUM=h1:right=
GO_FAILS=yes stops "a proxy out of reach" 1 "no such host" go 1.25.0
: >"$CALLS"
finds "too old" "$PLACE/go/$module/bin/go" go 1.25.0
fetched "too old" 1
[[ -x $PLACE/go/$module/bin/go && -x $PLACE/go/$module/pkg/tool/linux/compile && -e $PLACE/go/$module/src/go.mod ]] ||
    complain "a module should become a toolchain"
[[ ! -e $PLACE/go/cache ]] || complain "the archive should not stay"
finds "too old, again" "$PLACE/go/$module/bin/go" go 1.26.4
fetched "too old, again" 1
GO_VERSION='devel go1.27-1a2b3c' finds "no release" "$PLACE/go/$module/bin/go" go 1.25.0
stops "newer than what is pinned" 69 "go 1.27 is asked for, and 1.26.8 is pinned" go 1.27
sed -i 's/right=/other=/' "${TOOLCHAIN%/*}/go.lock"
stops "another pin" 1 "go.lock says h1:other=" go 1.25.0
fetched "another pin" 2

# Node, by npm, which checks by itself but passes over what it cannot have.
: >"$CALLS"
plant connectors/toolchains/package.json <<<"  \"node-linux-$node_arch\": \"22.23.3\""
plant connectors/toolchains/package-lock.json <<<'{}'
script bin/node <<<'echo "$NODE_VERSION"'
export NODE_VERSION=v20.1.0
stops "no npm" 69 "apt-get install npm" node 20
script bin/npm <<END
echo "\$*" >>"\$CALLS"
[[ -z \${NPM_LEAVES_OUT-} ]] || exit 0
mkdir -p node_modules/node-linux-$node_arch/bin
ln -s /bin/true node_modules/node-linux-$node_arch/bin/node
END
finds "a node new enough" "$TREE/bin/node" node 20
fetched "a node new enough" 0
export NODE_VERSION=v18.20.4
NPM_LEAVES_OUT=yes stops "a node that npm leaves out" 1 "npm left out node-linux-$node_arch" node 20
: >"$CALLS"
finds "a node too old" "$PLACE/node/node_modules/node-linux-$node_arch/bin/node" node 20
grep -q '^ci .*--ignore-scripts' "$CALLS" || complain "npm should take what is locked and run nothing of it"
finds "a node too old, again" "$PLACE/node/node_modules/node-linux-$node_arch/bin/node" node 20
fetched "a node too old, again" 1
echo '{"changed": true}' >"${TOOLCHAIN%/*}/package-lock.json"
finds "another lock" "$PLACE/node/node_modules/node-linux-$node_arch/bin/node" node 20
fetched "another lock" 2
rm "$TREE/bin/node"
finds "npm alone" "$PLACE/node/node_modules/node-linux-$node_arch/bin/node" node 20

# What is pinned here: for both processors, each with a hash, by no address, and enough for whoever asks.
cd "$SOURCE/connectors"
for arch in amd64 arm64; do
    grep -q "^v0.0.1-go[0-9.]*[.]linux-$arch h1:[A-Za-z0-9+/]\{43\}=\$" toolchains/go.lock || complain "no go for $arch"
done
[[ $(grep -c '"integrity": "sha512-' toolchains/package-lock.json) -eq 2 ]] || complain "two nodes should be locked"
! grep -n '"resolved"' toolchains/package-lock.json || complain "a lock should have no address"
for file in */go.mod; do
    printf '%s\n' "$(sed -n 's/^go //p' "$file")" "$(sed -n 's/.*-go\([0-9.]*\)[.]linux-amd64 .*/\1/p' toolchains/go.lock)" |
        sort -V -C || complain "$file asks for more than go.lock has"
done

finish
