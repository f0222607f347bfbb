/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REFERENCE_PRODUCT_H
#define REFERENCE_PRODUCT_H

/* Who this is, for the User-Agent of every request: `<isv>_<product>/<version>`. Compiled in: users
 * cannot set it. The version is the one of connector.yaml. */

#define PRODUCT_NAME       "assay_reference"
#define PRODUCT_VERSION    "1.0.0"
#define PRODUCT_USER_AGENT PRODUCT_NAME "/" PRODUCT_VERSION

#endif
