/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REFERENCE_DEFECTS_USER_AGENT_H
#define REFERENCE_DEFECTS_USER_AGENT_H

/* What sabotage/user_agent.c can do. */
/*    name, as CONNECTOR_DEFECT has it, what the connector does */
#define DEFECTS_USER_AGENT(X)                                                               \
    X(NO_USER_AGENT, "no-user-agent", "sends no User-Agent")                                \
    X(NO_USER_AGENT_ON_STATEMENTS, "user-agent-missing-on-statements",                      \
      "sends no User-Agent with statements")                                                \
    X(NO_USER_AGENT_ON_TOKEN, "no-user-agent-on-token", "sends no User-Agent for tokens")   \
    X(BAD_USER_AGENT, "user-agent-bad-grammar", "sends a User-Agent with an open comment")  \
    X(OTHER_USER_AGENT, "user-agent-other-product", "names another product")                \
    X(STALE_USER_AGENT, "user-agent-stale-version", "names an earlier version of itself")   \
    X(COUNTING_USER_AGENT, "user-agent-with-counter", "counts its calls in the User-Agent") \
    X(USER_AGENT_FROM_OPTION, "user-agent-from-option", "names its user's product")         \
    X(USER_AGENT_FROM_APPLICATION, "user-agent-from-application",                           \
      "names the application when there is no client name")                                 \
    X(USER_AGENT_WHEN_LOGGING, "user-agent-when-logging", "names another version when it logs")

#endif
