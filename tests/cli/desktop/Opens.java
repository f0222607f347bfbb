// SPDX-License-Identifier: Apache-2.0

import com.sun.net.httpserver.HttpServer;
import java.awt.Desktop;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Signs a user in by java.awt.Desktop, as Java programs do, and reads a table once. */
public final class Opens {
  private static final HttpClient WEB = HttpClient.newHttpClient();

  private static String given(String name) {
    return System.getenv("OPENS_" + name);
  }

  private static String written(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static String found(String pattern, String text) {
    Matcher m = Pattern.compile(pattern).matcher(text);
    if (!m.find()) {
      throw new IllegalStateException("no " + pattern + " in the answer");
    }
    return URLDecoder.decode(m.group(1), StandardCharsets.UTF_8);
  }

  private static String answer(HttpRequest.Builder request) throws Exception {
    HttpResponse<String> r = WEB.send(request.build(), HttpResponse.BodyHandlers.ofString());
    if (r.statusCode() != 200) {
      throw new IllegalStateException("status " + r.statusCode() + ": " + r.body());
    }
    return r.body();
  }

  public static void main(String[] args) throws Exception {
    String verifier = "a-verifier-that-is-long-enough-for-a-test-of-the-opener";
    String challenge = Base64.getUrlEncoder().withoutPadding().encodeToString(
        MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII)));
    String redirect = "http://localhost:" + given("PORT") + "/callback";
    SynchronousQueue<String> answers = new SynchronousQueue<>();
    HttpServer server =
        HttpServer.create(new InetSocketAddress("localhost", Integer.parseInt(given("PORT"))), 0);
    server.createContext("/callback", exchange -> {
      byte[] page = "signed in".getBytes(StandardCharsets.US_ASCII);
      exchange.getResponseHeaders().add("Content-Type", "text/plain");
      exchange.sendResponseHeaders(200, page.length);
      exchange.getResponseBody().write(page);
      exchange.close();
      answers.offer(exchange.getRequestURI().getRawQuery());
    });
    server.start();
    Desktop.getDesktop().browse(URI.create(given("HOST") + "/oidc/v1/authorize?response_type=code"
        + "&client_id=" + given("CLIENT_ID") + "&redirect_uri=" + written(redirect)
        + "&scope=" + written("all-apis offline_access") + "&state=" + written("a b&c/ü")
        + "&code_challenge_method=S256&code_challenge=" + challenge));
    String query = answers.poll(60, TimeUnit.SECONDS);
    if (query == null) {
      throw new IllegalStateException("nobody came");
    }
    if (!found("[?&]?state=([^&]*)", query).equals("a b&c/ü")) {
      throw new IllegalStateException("another state");
    }
    String body = "grant_type=authorization_code&client_id=" + given("CLIENT_ID") + "&code_verifier="
        + verifier + "&redirect_uri=" + written(redirect) + "&code="
        + written(found("[?&]?code=([^&]*)", query));
    String token = found("\"access_token\" *: *\"([^\"]*)\"", answer(HttpRequest.newBuilder()
        .uri(URI.create(given("HOST") + "/oidc/v1/token"))
        .header("Content-Type", "application/x-www-form-urlencoded")
        .POST(HttpRequest.BodyPublishers.ofString(body))));
    answer(HttpRequest.newBuilder()
        .uri(URI.create(given("HOST") + "/api/2.1/unity-catalog/tables/" + given("TABLE")))
        .header("Authorization", "Bearer " + token));
    server.stop(0);
    System.exit(0);
  }
}
