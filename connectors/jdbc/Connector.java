// SPDX-License-Identifier: Apache-2.0

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The official databricks-jdbc, driven by lines: {"seq":1,"do":"validate"} -> {"seq":1,"ok":true,...}.
 *
 * <p>usage: Connector thrift|sea pat|m2m|u2m|token, with the CONNECTOR_* variables of connector.yaml
 */
public final class Connector {
  private static final List<String> MODES = List.of("pat", "m2m", "u2m", "token");
  private static final Pattern QUESTION =
      Pattern.compile("\\{\"seq\":\\s*(\\d+),\\s*\"do\":\\s*\"([^\"]*)\".*");

  private final String backend;
  private final String mode;
  private Connection connection; // the one session; one that could not be opened is tried again

  private Connector(String backend, String mode) {
    this.backend = backend;
    this.mode = mode;
  }

  private static String given(String name) {
    return System.getenv().getOrDefault("CONNECTOR_" + name, "");
  }

  /** One connection, one kind of credential; refused before the driver has seen anything. */
  private Properties credentials() {
    String token = given("TOKEN");
    String id = given("CLIENT_ID");
    String secret = given("CLIENT_SECRET");
    String port = given("REDIRECT_PORT");
    if (!MODES.contains(mode)) {
      throw new IllegalArgumentException(
          "unknown authentication type " + mode + ": use one of " + String.join(", ", MODES));
    }
    if (!token.isEmpty() && !(id + secret).isEmpty()) {
      throw new IllegalArgumentException(
          "credentials of two kinds are set: keep CONNECTOR_TOKEN, or CONNECTOR_CLIENT_ID and "
              + "CONNECTOR_CLIENT_SECRET");
    }
    boolean complete = switch (mode) {
      case "m2m" -> !id.isEmpty() && !secret.isEmpty();
      case "u2m" -> !id.isEmpty() && !port.isEmpty();
      default -> !token.isEmpty();
    };
    if (!complete) {
      throw new IllegalArgumentException(
          mode + " needs its CONNECTOR_ variables, and some are not set");
    }
    Properties p = new Properties();
    switch (mode) {
      case "m2m" -> {
        p.put("AuthMech", "11");
        p.put("Auth_Flow", "1");
        p.put("OAuth2ClientId", id);
        p.put("OAuth2Secret", secret);
      }
      case "u2m" -> {
        p.put("AuthMech", "11");
        p.put("Auth_Flow", "2");
        p.put("OAuth2ClientId", id);
        p.put("OAuth2RedirectUrlPort", port);
        p.put("OAuthWebServerTimeout", "20");
        // tokens are kept by the driver's preset, and then it insists on a pass phrase
        p.put("TokenCachePassPhrase", "a pass phrase of the user");
        // With telemetry goes a thread that asks for its flags every quarter of an hour, and may send
        // the user to sign in while the connection is being closed: jdbc-u2m/notes.md.
        p.put("EnableTelemetry", "0");
      }
      case "token" -> {
        p.put("AuthMech", "11");
        p.put("Auth_Flow", "0");
        p.put("Auth_AccessToken", token);
      }
      default -> {
        p.put("AuthMech", "3");
        p.put("UID", "token");
        p.put("PWD", token);
      }
    }
    return p;
  }

  private Connection connection() throws SQLException {
    if (connection == null) {
      Properties p = credentials();
      p.put("httpPath", given("HTTP_PATH"));
      p.put("UserAgentEntry", "assay_jdbc/1.0.0");
      p.put("usethriftclient", backend.equals("thrift") ? "1" : "0");
      if (given("LOG").equals("debug")) {
        p.put("LogLevel", "6");
        p.put("LogPath", System.getProperty("java.io.tmpdir"));
      }
      String host = given("HOST").replaceFirst("^https://", "");
      connection = DriverManager.getConnection("jdbc:databricks://" + host + ":443/default", p);
    }
    return connection;
  }

  private String validate() throws SQLException {
    long rows = 0;
    try (Statement s = connection().createStatement();
        ResultSet r = s.executeQuery(given("STATEMENT"))) {
      while (r.next()) {
        r.getObject(1);
        rows++;
      }
    }
    return "\"rows\":" + rows;
  }

  private String dump() throws SQLException {
    Connection c = connection();
    return "\"text\":" + quoted(c + " " + c.getMetaData().getURL() + " " + c.getClientInfo());
  }

  private String answer(String verb) {
    if (!verb.equals("validate") && !verb.equals("dump")) {
      return "\"unsupported\":true";
    }
    try {
      return "\"ok\":true," + (verb.equals("validate") ? validate() : dump());
    } catch (Exception | ExceptionInInitializerError e) { // whatever goes wrong is the answer
      if (given("LOG").equals("debug")) {
        e.printStackTrace();
      }
      return "\"ok\":false,\"error\":" + quoted(e.getClass().getSimpleName() + ": " + e.getMessage());
    }
  }

  private static String quoted(String text) {
    StringBuilder out = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < 0x20) {
        out.append(String.format("\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    return out.append('"').toString();
  }

  public static void main(String[] args) throws Exception {
    PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    System.setOut(System.err); // the protocol's line is for answers
    Connector connector = new Connector(args[0], args[1]);
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      Matcher m = QUESTION.matcher(line);
      if (!m.matches()) {
        throw new IllegalArgumentException("not a question: " + line);
      }
      answers.println("{\"seq\":" + m.group(1) + "," + connector.answer(m.group(2)) + "}");
    }
    if (connector.connection != null) {
      connector.connection.close();
    }
  }
}
