# SPDX-License-Identifier: Apache-2.0
# What is linked from outside, and the one folder of ours that may include it (scripts/layers.txt).
find_package(OpenSSL 3.0 REQUIRED)        # base/crypto
find_package(CURL 7.88 REQUIRED)          # base/net, connectors/reference
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(CJSON REQUIRED IMPORTED_TARGET libcjson>=1.7.15)     # base/json
pkg_check_modules(YAML REQUIRED IMPORTED_TARGET yaml-0.1>=0.2.5)       # base/json
pkg_check_modules(MHD REQUIRED IMPORTED_TARGET libmicrohttpd>=0.9.75)  # mock/http
pkg_check_modules(GNUTLS REQUIRED IMPORTED_TARGET gnutls>=3.7)        # mock/http
pkg_check_modules(LZ4 REQUIRED IMPORTED_TARGET liblz4>=1.9.4)          # mock/query
if(ASSAY_BUILD_TESTS)
  pkg_check_modules(CRITERION REQUIRED IMPORTED_TARGET criterion>=2.4.0)
endif()
