#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The include law finds each kind of planted violation, at its line, and nothing in a clean tree.
set -euo pipefail
# shellcheck source=tests/gates/planted.sh
. "$(dirname "${BASH_SOURCE[0]}")/planted.sh"

clean_tree() {
    clear_tree
    plant scripts/layers.txt <"$SOURCE/scripts/layers.txt"
    plant base/core/err.h <<<'#include <stdio.h>'
    plant base/core/err.c <<<'#include "base/core/err.h"'
    plant base/text/url.h <<<'#include "base/core/err.h"'
    plant base/text/url_priv.h <<<'#include "base/text/url.h"'
    printf '%s\n' '#include "base/text/url.h"' '' '#include "base/core/err.h"' \
        '#include "base/text/url_priv.h"' '' '#include <stdlib.h>' | plant base/text/url.c
    printf '%s\n' '#include "base/core/err.h"' '#include <cjson/cJSON.h>' | plant base/json/json.c
    plant mock/http/route.h <<<'#include "base/core/err.h"'
    plant mock/oidc/token.h <<<'struct request;'
    plant mock/oidc/grants/code.c <<<'#include "mock/http/route.h"'
    plant mock/app/main.c <<<'#include "mock/oidc/token.h"'
    plant harness/spec/case.h <<<'#include "base/text/url.h"'
    plant connectors/reference/main.c <<<'#include <curl/curl.h>'
}

clean_tree
passes "a clean tree" check-layers

refuse_line() { # WHAT FILE TEXT EXPECTED: TEXT becomes line 3 of FILE
    clean_tree
    printf '%s\n' '/* one */' '/* two */' "$3" | plant "$2"
    refuses "$1" "$2:3: $4" check-layers
}
refuse_line "an upward include" base/core/map.h '#include "base/text/url.h"' \
    'base/core includes "base/text/url.h"'
says "an upward include" "base/core may include: nothing of ours outside itself"
refuse_line "a sibling's header" mock/workspace/me.h '#include "mock/oidc/token.h"' \
    'mock/workspace includes "mock/oidc/token.h"'
refuse_line "mock in harness" harness/run/run.h '#include "mock/http/route.h"' \
    'harness/run includes "mock/http/route.h"'
refuse_line "harness in mock" mock/app/wire.h '#include "harness/spec/case.h"' \
    'mock/app includes "harness/spec/case.h"'
refuse_line "a vendor header outside its folder" mock/oidc/key.h '# include <openssl/evp.h>' \
    'mock/oidc includes <openssl/evp.h>'
says "a vendor header" "only base/crypto may include it"
refuse_line "another folder's private header" base/net/client.h '#include "base/text/url_priv.h"' \
    'private header "base/text/url_priv.h"'
refuse_line "a test that uses a private header" tests/unit/base/text/test_url.c \
    '#include "base/text/url_priv.h"' 'private header "base/text/url_priv.h"'
refuse_line "an include without its path" base/core/map.c '#include "err.h"' '"err.h" is not rooted'
refuse_line "an include of nothing" base/core/map.c '#include "base/core/gone.h"' \
    '"base/core/gone.h" is not a file'

clean_tree
plant base/elsewhere/x.h <<<'int x;'
refuses "a folder without a rule" "base/elsewhere/x.h:1: folder base/elsewhere" check-layers

clean_tree
printf '%s\n' '#include "base/core/err.h"' '#include "base/text/url.h"' | plant base/text/url.c
refuses "own header second" 'base/text/url.c:1: the first include is not "base/text/url.h"' \
    check-layers
clean_tree
printf '%s\n' '#include <stdio.h>' '#include "base/text/url.h"' | plant base/text/url.c
refuses "own header after a system header" 'base/text/url.c:2: the first include is not' \
    check-layers

clean_tree
plant base/core/one.h <<<'#include "base/core/two.h"'
plant base/core/two.h <<<'#include "base/core/one.h"'
refuses "a cycle" "base/core/two.h:1: include cycle: base/core/one.h -> base/core/two.h" \
    check-layers

clean_tree
plant scripts/layers.txt <<<'base/core allows nothing'
run_gate check-layers
[[ $status -eq 1 ]] || complain "a law that cannot be read should be refused"
says "a law that cannot be read" "layers.txt:1: not a rule"

finish
