// SPDX-License-Identifier: Apache-2.0

// The official databricks-sdk-go, driven by lines: {"seq":1,"do":"validate"} -> {"seq":1,"ok":true,...}.
//
// usage: go-sdk-connector pat|m2m|token|federation|u2m-built-in|entra|msi|google-credentials|google-id, with the CONNECTOR_* variables of connector.yaml
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/databricks/databricks-sdk-go"
	"github.com/databricks/databricks-sdk-go/config"
	"github.com/databricks/databricks-sdk-go/config/experimental/auth"
	"github.com/databricks/databricks-sdk-go/credentials/u2m"
	"github.com/databricks/databricks-sdk-go/logger"
	"github.com/databricks/databricks-sdk-go/service/sql"
	"github.com/databricks/databricks-sdk-go/useragent"
	"golang.org/x/oauth2"
)

// A user's token is sent like a PAT. The SDK signs users in for the command line tool's application only.
var authTypes = map[string]string{"pat": "pat", "m2m": "oauth-m2m", "token": "pat", "u2m-built-in": "u2m",
	"federation": "env-oidc", "entra": "azure-client-secret", "msi": "azure-msi",
	"google-credentials": "google-credentials", "google-id": "google-id"}

func given(name string) string { return os.Getenv("CONNECTOR_" + name) }

// settings refuses what is missing or of two kinds before the SDK has seen anything.
func settings(mode string) (*databricks.Config, error) {
	authType, known := authTypes[mode]
	token, id, secret := given("TOKEN"), given("CLIENT_ID"), given("CLIENT_SECRET")
	switch {
	case !known:
		return nil, fmt.Errorf("unknown authentication type %s: use pat, m2m, token, federation, u2m-built-in, entra, msi, "+
			"google-credentials or google-id", mode)
	case token != "" && (id != "" || secret != ""):
		return nil, errors.New("credentials of two kinds are set: keep CONNECTOR_TOKEN, or " +
			"CONNECTOR_CLIENT_ID and CONNECTOR_CLIENT_SECRET")
	case mode == "u2m-built-in" && (token != "" || id != "" || secret != ""):
		return nil, errors.New("u2m-built-in is set up with credentials of another kind")
	case (mode == "m2m" || mode == "entra") && (id == "" || secret == ""), mode == "msi" && id == "",
		mode == "google-credentials" && given("GOOGLE_CREDENTIALS") == "",
		mode == "google-id" && given("GOOGLE_SERVICE_ACCOUNT") == "",
		mode == "federation" && (id == "" || given("SUBJECT_TOKEN") == ""),
		(mode == "pat" || mode == "token") && token == "":
		return nil, fmt.Errorf("%s needs its CONNECTOR_ variables, and some are not set", mode)
	}
	if mode == "entra" || mode == "msi" {
		return &databricks.Config{
			Host: given("HOST"), AuthType: authType, AzureTenantID: given("TENANT_ID"), AzureClientID: id,
			AzureClientSecret: secret, AzureUseMSI: mode == "msi",
			HTTPTimeoutSeconds: 10, RetryTimeoutSeconds: 8,
			Loaders: []config.Loader{noLoader{}},
		}, nil
	}
	if mode == "google-credentials" || mode == "google-id" {
		if token != "" || id != "" || secret != "" {
			return nil, errors.New("credentials of two kinds are set")
		}
		return &databricks.Config{
			Host: given("HOST"), AuthType: authType, GoogleCredentials: given("GOOGLE_CREDENTIALS"),
			GoogleServiceAccount: given("GOOGLE_SERVICE_ACCOUNT"),
			HTTPTimeoutSeconds:   10, RetryTimeoutSeconds: 8,
			Loaders: []config.Loader{noLoader{}},
		}, nil
	}
	if mode == "federation" { // the SDK reads the workload's own token when it exchanges it
		return &databricks.Config{
			Host: given("HOST"), AuthType: authType, ClientID: id, OIDCTokenEnv: "CONNECTOR_SUBJECT_TOKEN",
			HTTPTimeoutSeconds: 10, RetryTimeoutSeconds: 8,
			Loaders: []config.Loader{noLoader{}},
		}, nil
	}
	// Loaders fill what is left open from variables and ~/.databrickscfg: none are used.
	return &databricks.Config{
		Host: given("HOST"), AuthType: authType, Token: token, ClientID: id, ClientSecret: secret,
		HTTPTimeoutSeconds: 10, RetryTimeoutSeconds: 8,
		Loaders: []config.Loader{noLoader{}},
	}, nil
}

// signIn is what the command line tool does at `auth login`, with its tokens kept in memory.
func signIn(ctx context.Context, host string) (auth.TokenSource, error) {
	where, err := u2m.NewBasicWorkspaceOAuthArgument(host)
	if err != nil {
		return nil, err
	}
	session, err := u2m.NewPersistentAuth(context.Background(), u2m.WithOAuthArgument(where))
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, 8*time.Second)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- session.Challenge() }()
	select {
	case err = <-done:
	case <-ctx.Done():
		err = errors.New("the sign-in was not completed in time")
	}
	return auth.TokenSourceFn(func(context.Context) (*oauth2.Token, error) { return session.Token() }), err
}

type noLoader struct{}

func (noLoader) Name() string                     { return "none" }
func (noLoader) Configure(_ *config.Config) error { return nil }

var client *databricks.WorkspaceClient

// workspace is the one client of the process.
func workspace() (*databricks.WorkspaceClient, error) {
	if client != nil {
		return client, nil
	}
	mode := ""
	if len(os.Args) > 1 {
		mode = os.Args[1]
	}
	c, err := settings(mode)
	if err != nil {
		return nil, err
	}
	if mode == "u2m-built-in" {
		session, err := signIn(context.Background(), (*config.Config)(c).CanonicalHostName())
		if err != nil {
			return nil, err
		}
		c.Credentials = config.NewTokenSourceStrategy("u2m", session)
	}
	client, err = databricks.NewWorkspaceClient(c)
	return client, err
}

func validate(ctx context.Context) (map[string]any, error) {
	w, err := workspace()
	if err != nil {
		return nil, err
	}
	table, err := w.Tables.GetByFullName(ctx, given("TABLE"))
	if err != nil {
		return nil, err
	}
	s, err := w.StatementExecution.ExecuteStatement(ctx, sql.ExecuteStatementRequest{
		Statement: given("STATEMENT"), WarehouseId: given("WAREHOUSE_ID"), WaitTimeout: "10s"})
	for err == nil && (s.Status.State == sql.StatementStatePending || s.Status.State == sql.StatementStateRunning) {
		time.Sleep(300 * time.Millisecond)
		s, err = w.StatementExecution.GetStatementByStatementId(ctx, s.StatementId)
	}
	if err != nil {
		return nil, err
	}
	if s.Status.State != sql.StatementStateSucceeded && s.Status.State != sql.StatementStateClosed {
		message := ""
		if s.Status.Error != nil {
			message = s.Status.Error.Message
		}
		return nil, fmt.Errorf("statement %s: %s", s.Status.State, message)
	}
	return map[string]any{"ok": true, "table_id": table.TableId}, nil
}

func dump() (map[string]any, error) {
	w, err := workspace()
	if err != nil {
		return nil, err
	}
	return map[string]any{"ok": true, "text": fmt.Sprintf("%v %+v", w.Config, w)}, nil
}

func answer(ctx context.Context, verb string) map[string]any {
	var reply map[string]any
	var err error
	switch verb {
	case "validate":
		reply, err = validate(ctx)
	case "dump":
		reply, err = dump()
	default:
		return map[string]any{"unsupported": true}
	}
	if err != nil {
		return map[string]any{"ok": false, "error": strings.TrimSpace(err.Error())}
	}
	return reply
}

func main() {
	useragent.WithProduct("assay_gosdk", "1.0.0")
	if given("LOG") == "debug" {
		logger.DefaultLogger = &logger.SimpleLogger{Level: logger.LevelDebug}
	}
	out := json.NewEncoder(os.Stdout)
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		var question struct {
			Seq int64  `json:"seq"`
			Do  string `json:"do"`
		}
		if err := json.Unmarshal(in.Bytes(), &question); err != nil {
			fmt.Fprintln(os.Stderr, "not a question:", err)
			os.Exit(1)
		}
		reply := answer(context.Background(), question.Do)
		reply["seq"] = question.Seq
		if err := out.Encode(reply); err != nil {
			os.Exit(1)
		}
	}
}
