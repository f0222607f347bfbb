// SPDX-License-Identifier: Apache-2.0

import com.databricks.sdk.WorkspaceClient;
import com.databricks.sdk.core.DatabricksConfig;
import com.databricks.sdk.core.UserAgent;
import com.databricks.sdk.service.catalog.TableInfo;
import com.databricks.sdk.service.sql.ExecuteStatementRequest;
import com.databricks.sdk.service.sql.StatementResponse;
import com.databricks.sdk.service.sql.StatementState;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;

/**
 * The official databricks-sdk-java with a user who signs in, driven by lines:
 * {"seq":1,"do":"validate"} -> {"seq":1,"ok":true,...}.
 *
 * <p>usage: Connector u2m|u2m-built-in, with the CONNECTOR_* variables of connector.yaml
 */
public final class Connector {
  private static final ObjectMapper JSON = new ObjectMapper();
  private final boolean builtIn;
  private WorkspaceClient client;

  private Connector(boolean builtIn) {
    this.builtIn = builtIn;
  }

  private static String given(String name) {
    return System.getenv().getOrDefault("CONNECTOR_" + name, "");
  }

  private static String origin(String host) {
    return (host.contains("//") ? host : "https://" + host).replaceFirst("^(https?://[^/?]*).*$", "$1");
  }

  /** What is left open here is taken from variables and ~/.databrickscfg. */
  private DatabricksConfig settings() {
    if (!builtIn && (given("CLIENT_ID").isEmpty() || given("REDIRECT_PORT").isEmpty())) {
      throw new IllegalArgumentException("u2m needs its CONNECTOR_ variables, and some are not set");
    }
    DatabricksConfig config = new DatabricksConfig()
        .setHost(given("HOST"))
        .setDiscoveryUrl(origin(given("HOST")) + "/oidc/.well-known/oauth-authorization-server")
        .setHttpTimeoutSeconds(10)
        .setAuthType("external-browser")
        // without a time to wait for the browser the SDK throws a NullPointerException
        .setOAuthBrowserAuthTimeout(Duration.ofSeconds(20));
    if (builtIn) { // without a client id it is databricks-cli, which is registered for this address
      return config.setOAuthRedirectUrl("http://localhost:8020");
    }
    return config.setClientId(given("CLIENT_ID"))
        .setOAuthRedirectUrl("http://localhost:" + given("REDIRECT_PORT") + "/callback");
  }

  /** The one client of the process. */
  private WorkspaceClient workspace() {
    if (client == null) {
      client = new WorkspaceClient(settings());
    }
    return client;
  }

  private ObjectNode validate(ObjectNode reply) throws InterruptedException {
    WorkspaceClient w = workspace();
    TableInfo table = w.tables().get(given("TABLE"));
    StatementResponse s = w.statementExecution().executeStatement(new ExecuteStatementRequest()
        .setStatement(given("STATEMENT")).setWarehouseId(given("WAREHOUSE_ID")).setWaitTimeout("10s"));
    while (EnumSet.of(StatementState.PENDING, StatementState.RUNNING).contains(s.getStatus().getState())) {
      Thread.sleep(300);
      s = w.statementExecution().getStatement(s.getStatementId());
    }
    if (!EnumSet.of(StatementState.SUCCEEDED, StatementState.CLOSED).contains(s.getStatus().getState())) {
      throw new IllegalStateException("statement " + s.getStatus().getState() + ": "
          + (s.getStatus().getError() == null ? "" : s.getStatus().getError().getMessage()));
    }
    return reply.put("ok", true).put("table_id", table.getTableId());
  }

  private ObjectNode answer(String verb, ObjectNode reply) {
    try {
      switch (verb) {
        case "validate":
          return validate(reply);
        case "dump":
          return reply.put("ok", true).put("text", workspace() + " " + workspace().config());
        default:
          return reply.put("unsupported", true);
      }
    } catch (Exception | LinkageError e) { // whatever goes wrong is the answer
      return reply.put("ok", false).put("error", e.toString());
    }
  }

  public static void main(String[] arguments) throws Exception {
    if (given("LOG").equals("debug")) {
      System.setProperty("org.slf4j.simpleLogger.log.com.databricks.sdk", "debug");
    }
    UserAgent.withProduct("assay_javasdk", "1.0.0");
    if (arguments.length != 1 || !List.of("u2m", "u2m-built-in").contains(arguments[0])) {
      throw new IllegalArgumentException("unknown authentication type: use u2m or u2m-built-in");
    }
    Connector connector = new Connector(arguments[0].equals("u2m-built-in"));
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      JsonNode question = JSON.readTree(line);
      ObjectNode reply = JSON.createObjectNode().put("seq", question.get("seq").asLong());
      out.println(JSON.writeValueAsString(connector.answer(question.get("do").asText(), reply)));
    }
    System.exit(0); // the SDK's refresh threads are no reason to stay
  }
}
