-- SPDX-License-Identifier: Apache-2.0
{{ config(materialized='view') }}
select * from {{ ref('assay_model') }}
