-- SPDX-License-Identifier: Apache-2.0
{{ env_var('CONNECTOR_STATEMENT') }}
