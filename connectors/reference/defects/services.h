/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REFERENCE_DEFECTS_SERVICES_H
#define REFERENCE_DEFECTS_SERVICES_H

/* What verb_secret.c and verb_spark.c can do wrong. */
/*    name, as CONNECTOR_DEFECT has it, what the connector does */
#define DEFECTS_SERVICES(X)                                                                       \
    X(SECRET_UNDECODED, "secret-undecoded", "takes a secret's value as it is written, in base64") \
    X(SECRET_LOGGED, "secret-logged", "logs the value of a secret that it has read")              \
    X(SPARK_SCHEME, "spark-scheme", "begins its connection string with https")                    \
    X(SPARK_PATH, "spark-path", "puts a path into its connection string")                         \
    X(SPARK_KEY_CASE, "spark-key-case", "writes the key of a parameter in another case")          \
    X(SPARK_NO_TOKEN, "spark-no-token", "leaves the token out of its connection string")          \
    X(SPARK_TOKEN_PLAIN, "spark-token-plain", "hands the token to Spark though TLS is off")       \
    X(SPARK_HOST_OF_LOGIN, "spark-host-of-login", "makes the host of the name in USER")           \
    X(SPARK_USER_UNVERIFIED, "spark-user-unverified", "asks nobody whose the token is")

#endif
