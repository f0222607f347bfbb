// SPDX-License-Identifier: Apache-2.0

// golang.org/x/oauth2: client credentials both ways, code with PKCE, refresh, rotation, device flow.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"log"
	"net/http"
	"net/url"
	"os"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

var base, redirect = os.Getenv("BASE"), os.Getenv("REDIRECT")

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func check(ok bool, what string) {
	if !ok {
		log.Fatal(what)
	}
}

func userName(client *http.Client) (int, string) {
	answer := must(client.Get(base + "/api/2.0/preview/scim/v2/Me"))
	defer answer.Body.Close()
	var me struct{ UserName string }
	_ = json.NewDecoder(answer.Body).Decode(&me)
	return answer.StatusCode, me.UserName
}

func fails(code string, err error) {
	var refused *oauth2.RetrieveError
	check(errors.As(err, &refused), "expected "+code)
	check(refused.ErrorCode == code, "got "+refused.ErrorCode+", expected "+code)
}

func endpoint(style oauth2.AuthStyle) oauth2.Endpoint {
	return oauth2.Endpoint{
		AuthURL:       base + "/oidc/v1/authorize",
		TokenURL:      base + "/oidc/v1/token",
		DeviceAuthURL: base + "/oidc/v1/device_authorization",
		AuthStyle:     style,
	}
}

func clientCredentials(ctx context.Context) {
	robot := os.Getenv("ROBOT_ID")
	for _, style := range []oauth2.AuthStyle{oauth2.AuthStyleInHeader, oauth2.AuthStyleInParams} {
		config := clientcredentials.Config{ClientID: robot, ClientSecret: os.Getenv("ROBOT_SECRET"),
			TokenURL: base + "/oidc/v1/token", Scopes: []string{"all-apis"}, AuthStyle: style}
		status, name := userName(config.Client(ctx))
		check(status == 200 && name == robot, "m2m")
		config.ClientSecret = "dosewrong"
		_, err := config.Token(ctx)
		fails("invalid_client", err)
	}
}

func code(config *oauth2.Config, verifier string) string {
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}
	answer := must(client.Get(config.AuthCodeURL("some-state", oauth2.S256ChallengeOption(verifier))))
	answer.Body.Close()
	callback := must(url.Parse(answer.Header.Get("Location")))
	check(callback.Query().Get("state") == "some-state", "state")
	check(callback.Query().Get("iss") == base+"/oidc", "iss")
	return callback.Query().Get("code")
}

func codeFlow(ctx context.Context, clientID string) (*oauth2.Config, *oauth2.Token) {
	config := &oauth2.Config{ClientID: clientID, RedirectURL: redirect,
		Endpoint: endpoint(oauth2.AuthStyleInParams), Scopes: []string{"all-apis", "offline_access"}}
	verifier := oauth2.GenerateVerifier()
	value := code(config, verifier)
	_, err := config.Exchange(ctx, value, oauth2.VerifierOption(oauth2.GenerateVerifier()))
	fails("invalid_grant", err)
	_, err = config.Exchange(ctx, value)
	fails("invalid_grant", err)
	token := must(config.Exchange(ctx, value, oauth2.VerifierOption(verifier)))
	status, name := userName(config.Client(ctx, token))
	check(status == 200 && name == "mia@example.com", "u2m")
	return config, token
}

func refreshed(ctx context.Context, config *oauth2.Config, token *oauth2.Token) (*oauth2.Token, error) {
	expired := &oauth2.Token{RefreshToken: token.RefreshToken, Expiry: time.Unix(1, 0)}
	return config.TokenSource(ctx, expired).Token()
}

func refresh(ctx context.Context) {
	config, token := codeFlow(ctx, "public-app")
	check(must(refreshed(ctx, config, token)).RefreshToken == token.RefreshToken, "reusable")
	config, token = codeFlow(ctx, "single-app")
	second := must(refreshed(ctx, config, token))
	check(second.RefreshToken != token.RefreshToken, "single use")
	_, err := refreshed(ctx, config, token)
	fails("invalid_request", err)
	_, err = refreshed(ctx, config, second)
	fails("invalid_request", err)
	status, _ := userName(config.Client(ctx, second))
	check(status == 403, "reuse ends the family")
}

func device(ctx context.Context) {
	config := &oauth2.Config{ClientID: "public-app", Endpoint: endpoint(oauth2.AuthStyleInParams),
		Scopes: []string{"all-apis"}}
	answer := must(config.DeviceAuth(ctx))
	token := must(config.DeviceAccessToken(ctx, answer))
	status, _ := userName(config.Client(ctx, token))
	check(status == 200, "device flow")
}

func main() {
	ctx := context.Background()
	clientCredentials(ctx)
	refresh(ctx)
	device(ctx)
}
