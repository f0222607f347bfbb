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
import java.util.EnumSet;
import java.util.List;

/**
 * The official databricks-sdk-java, driven by lines: {"seq":1,"do":"validate"} -> {"seq":1,"ok":true,...}.
 *
 * <p>usage: Connector pat|m2m|token|federation|entra|msi|google-credentials|google-id, with the CONNECTOR_*
 * variables of connector.yaml
 */
public final class Connector {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> MODES =
      List.of("pat", "m2m", "token", "federation", "entra", "msi", "google-credentials", "google-id");
  private final String mode;
  private WorkspaceClient client;

  private Connector(String mode) {
    this.mode = mode;
  }

  private static String given(String name) {
    return System.getenv().getOrDefault("CONNECTOR_" + name, "");
  }

  private static String origin(String host) {
    return (host.contains("//") ? host : "https://" + host).replaceFirst("^(https?://[^/?]*).*$", "$1");
  }

  /** Refuses what is missing or of two kinds before the SDK has seen anything. */
  private DatabricksConfig settings() {
    String token = given("TOKEN");
    String id = given("CLIENT_ID");
    String secret = given("CLIENT_SECRET");
    boolean m2m = mode.equals("m2m");
    boolean entra = mode.equals("entra");
    boolean msi = mode.equals("msi");
    boolean federation = mode.equals("federation");
    if (!MODES.contains(mode)) {
      throw new IllegalArgumentException(
          "unknown authentication type " + mode + ": use one of " + String.join(", ", MODES));
    }
    if (!token.isEmpty() && !(id + secret).isEmpty()) {
      throw new IllegalArgumentException("credentials of two kinds are set: keep CONNECTOR_TOKEN, or "
          + "CONNECTOR_CLIENT_ID and CONNECTOR_CLIENT_SECRET");
    }
    String needed = switch (mode) {
      case "msi" -> id;
      case "federation" -> given("SUBJECT_TOKEN");
      case "google-credentials" -> given("GOOGLE_CREDENTIALS");
      case "google-id" -> given("GOOGLE_SERVICE_ACCOUNT");
      default -> token;
    };
    if (m2m || entra ? id.isEmpty() || secret.isEmpty() : needed.isEmpty()) {
      throw new IllegalArgumentException(mode + " needs its CONNECTOR_ variables, and some are not set");
    }
    // What is left open here is taken from variables and ~/.databrickscfg. The SDK has no switch
    // against that, so what would be taken is given.
    DatabricksConfig config = new DatabricksConfig()
        .setHost(given("HOST"))
        .setDiscoveryUrl(origin(given("HOST")) + "/oidc/.well-known/oauth-authorization-server")
        .setHttpTimeoutSeconds(10);
    if (entra || msi) {
      return config.setAuthType(msi ? "azure-msi" : "azure-client-secret").setAzureUseMsi(msi)
          .setAzureTenantId(given("TENANT_ID")).setAzureClientId(id).setAzureClientSecret(secret);
    }
    if (mode.equals("google-credentials")) {
      return config.setAuthType(mode).setGoogleCredentials(needed);
    }
    if (mode.equals("google-id")) {
      return config.setAuthType(mode).setGoogleServiceAccount(needed);
    }
    if (federation) { // the workload's token is read from the variable each time that it is exchanged
      return config.setAuthType("env-oidc").setClientId(id).setOidcTokenEnv("CONNECTOR_SUBJECT_TOKEN");
    }
    return m2m
        ? config.setAuthType("oauth-m2m").setClientId(id).setClientSecret(secret)
        : config.setAuthType("pat").setToken(token); // a user's token is sent like a PAT
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
    Connector connector = new Connector(arguments.length > 0 ? arguments[0] : "");
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
