/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_SQL_TCLI_H
#define MOCK_SQL_TCLI_H

/* The numbers of TCLIService.thrift, the interface that Databricks took over from Hive and
 * extended, as far as they are used here. Source: the generated code in databricks-sql-python
 * (thrift_api/TCLIService/ttypes.py) and databricks-sql-go (internal/cli_service). */

enum tcli_status_code {
    TCLI_SUCCESS = 0,
    TCLI_STILL_EXECUTING = 2,
    TCLI_ERROR = 3,
    TCLI_INVALID_HANDLE = 4
};

enum tcli_operation_state {
    TCLI_RUNNING = 1,
    TCLI_FINISHED = 2,
    TCLI_CANCELED = 3,
    TCLI_CLOSED = 4,
    TCLI_FAILED = 5,
    TCLI_PENDING = 7
};

enum tcli_operation_type {
    TCLI_EXECUTE_STATEMENT = 0,
    TCLI_GET_TYPE_INFO,
    TCLI_GET_CATALOGS,
    TCLI_GET_SCHEMAS,
    TCLI_GET_TABLES,
    TCLI_GET_TABLE_TYPES,
    TCLI_GET_COLUMNS,
    TCLI_GET_FUNCTIONS,
    TCLI_UNKNOWN_OPERATION
};

enum tcli_type {
    TCLI_BOOLEAN_TYPE = 0,
    TCLI_TINYINT_TYPE,
    TCLI_SMALLINT_TYPE,
    TCLI_INT_TYPE,
    TCLI_BIGINT_TYPE,
    TCLI_FLOAT_TYPE,
    TCLI_DOUBLE_TYPE,
    TCLI_STRING_TYPE,
    TCLI_TIMESTAMP_TYPE,
    TCLI_DECIMAL_TYPE = 15,
    TCLI_NULL_TYPE = 16,
    TCLI_DATE_TYPE = 17
};

/* The members of the union TColumn. */
enum tcli_column {
    TCLI_BOOL_COLUMN = 1,
    TCLI_BYTE_COLUMN,
    TCLI_I16_COLUMN,
    TCLI_I32_COLUMN,
    TCLI_I64_COLUMN,
    TCLI_DOUBLE_COLUMN,
    TCLI_STRING_COLUMN
};

enum tcli_row_set { TCLI_ARROW_BASED = 0, TCLI_COLUMN_BASED = 1, TCLI_URL_BASED = 3 };
enum { TCLI_FETCH_NEXT = 0, TCLI_FETCH_FIRST = 4 };

/* SPARK_CLI_SERVICE_PROTOCOL_V1 is 0xA501. */
enum {
    TCLI_SPARK_V0 = 0xA500,
    TCLI_VERSION_ARROW = 5,
    TCLI_VERSION_CATALOGS = 4,
    TCLI_VERSION_LINKS = 3
};

/* TApplicationException. */
enum tcli_exception {
    TCLI_UNKNOWN_METHOD = 1,
    TCLI_INVALID_MESSAGE_TYPE = 2,
    TCLI_PROTOCOL_ERROR = 7
};

/* Fields beyond those of Hive begin here. */
enum { TCLI_SPARK = 0x500 };

#endif
