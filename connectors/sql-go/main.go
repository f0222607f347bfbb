// SPDX-License-Identifier: Apache-2.0

// The official databricks-sql-go, driven by lines: {"seq":1,"do":"validate"} -> {"seq":1,"ok":true,...}.
//
// usage: sql-go-connector pat|m2m|u2m-built-in|token, with the CONNECTOR_* variables of connector.yaml
package main

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	dbsql "github.com/databricks/databricks-sql-go"
	"github.com/databricks/databricks-sql-go/auth/oauth/u2m"
	"github.com/databricks/databricks-sql-go/logger"
	"github.com/pkg/browser"
)

func given(name string) string { return os.Getenv("CONNECTOR_" + name) }

// credentials refuses what is missing or of two kinds before the driver has seen anything.
func credentials(mode string) (dbsql.ConnOption, error) {
	token, id, secret := given("TOKEN"), given("CLIENT_ID"), given("CLIENT_SECRET")
	switch {
	case mode != "pat" && mode != "m2m" && mode != "u2m-built-in" && mode != "token":
		return nil, fmt.Errorf("unknown authentication type %s: use pat, m2m, u2m-built-in or token", mode)
	case token != "" && (id != "" || secret != ""):
		return nil, errors.New("credentials of two kinds are set: keep CONNECTOR_TOKEN, or " +
			"CONNECTOR_CLIENT_ID and CONNECTOR_CLIENT_SECRET")
	case mode == "u2m-built-in" && token+id+secret == "":
		signIn, err := u2m.NewAuthenticator(strings.TrimPrefix(given("HOST"), "https://"), 20*time.Second)
		return dbsql.WithAuthenticator(signIn), err
	case mode == "u2m-built-in":
		return nil, errors.New("u2m-built-in wants no credential")
	case mode == "m2m" && (id == "" || secret == ""), mode != "m2m" && token == "":
		return nil, fmt.Errorf("%s needs its CONNECTOR_ variables, and some are not set", mode)
	case mode == "m2m":
		return dbsql.WithClientCredentials(id, secret), nil
	}
	return dbsql.WithAccessToken(token), nil
}

var conn *sql.Conn // the one session of the process; one that could not be opened is tried again

func connection(ctx context.Context) (*sql.Conn, error) {
	if conn != nil {
		return conn, nil
	}
	mode := ""
	if len(os.Args) > 1 {
		mode = os.Args[1]
	}
	credential, err := credentials(mode)
	if err != nil {
		return nil, err
	}
	connector, err := dbsql.NewConnector(
		dbsql.WithServerHostname(strings.TrimPrefix(given("HOST"), "https://")), dbsql.WithPort(443),
		dbsql.WithHTTPPath(given("HTTP_PATH")), dbsql.WithUserAgentEntry("assay_sqlgo/1.0.0"), credential)
	if err != nil {
		return nil, err
	}
	conn, err = sql.OpenDB(connector).Conn(ctx)
	return conn, err
}

func validate(ctx context.Context) (map[string]any, error) {
	c, err := connection(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := c.QueryContext(ctx, given("STATEMENT"))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	n := 0
	for rows.Next() {
		n++
	}
	return map[string]any{"ok": true, "rows": n}, rows.Err()
}

func dump(ctx context.Context) (map[string]any, error) {
	c, err := connection(ctx)
	if err != nil {
		return nil, err
	}
	text := ""
	err = c.Raw(func(driverConn any) error {
		text = fmt.Sprintf("%v %+v", driverConn, driverConn)
		return nil
	})
	return map[string]any{"ok": true, "text": text}, err
}

func answer(ctx context.Context, verb string) map[string]any {
	var reply map[string]any
	var err error
	switch verb {
	case "validate":
		reply, err = validate(ctx)
	case "dump":
		reply, err = dump(ctx)
	default:
		return map[string]any{"unsupported": true}
	}
	if err != nil {
		return map[string]any{"ok": false, "error": strings.TrimSpace(err.Error())}
	}
	return reply
}

func main() {
	if given("LOG") == "debug" {
		if err := logger.SetLogLevel("trace"); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}
	out := json.NewEncoder(os.Stdout)
	os.Stdout, browser.Stdout = os.Stderr, os.Stderr // the protocol's line is for answers
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
	if conn != nil {
		_ = conn.Close()
	}
}
