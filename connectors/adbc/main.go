// SPDX-License-Identifier: Apache-2.0

// The ADBC driver for Databricks of arrow-adbc, driven by lines: {"seq":1,"do":"validate"} -> {"seq":1,"ok":true,...}.
//
// usage: adbc-connector pat|token, with the CONNECTOR_* variables of connector.yaml
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/apache/arrow-adbc/go/adbc"
	"github.com/apache/arrow-adbc/go/adbc/driver/databricks"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/databricks/databricks-sql-go/logger"
)

func given(name string) string { return os.Getenv("CONNECTOR_" + name) }

// options refuses what is missing before the driver has seen anything. The driver takes no OAuth client, only a
// token, and has no option for a name in the User-Agent.
func options(mode string) (map[string]string, error) {
	switch {
	case mode != "pat" && mode != "token":
		return nil, fmt.Errorf("unknown authentication type %s: use pat or token", mode)
	case given("CLIENT_ID") != "" || given("CLIENT_SECRET") != "":
		return nil, errors.New("credentials of two kinds are set: keep CONNECTOR_TOKEN alone")
	case given("TOKEN") == "":
		return nil, fmt.Errorf("%s needs its CONNECTOR_ variables, and some are not set", mode)
	}
	return map[string]string{
		databricks.OptionServerHostname: strings.TrimPrefix(given("HOST"), "https://"),
		databricks.OptionHTTPPath:       given("HTTP_PATH"),
		databricks.OptionAccessToken:    given("TOKEN"),
	}, nil
}

var (
	db   adbc.Database
	conn adbc.Connection // the one session of the process; one that could not be opened is tried again
)

func connection(ctx context.Context) (adbc.Connection, error) {
	if conn != nil {
		return conn, nil
	}
	mode := ""
	if len(os.Args) > 1 {
		mode = os.Args[1]
	}
	settings, err := options(mode)
	if err != nil {
		return nil, err
	}
	if db, err = databricks.NewDriver(memory.DefaultAllocator).NewDatabase(settings); err != nil {
		return nil, err
	}
	conn, err = db.Open(ctx)
	return conn, err
}

func validate(ctx context.Context) (map[string]any, error) {
	c, err := connection(ctx)
	if err != nil {
		return nil, err
	}
	statement, err := c.NewStatement()
	if err != nil {
		return nil, err
	}
	defer statement.Close()
	if err := statement.SetSqlQuery(given("STATEMENT")); err != nil {
		return nil, err
	}
	reader, _, err := statement.ExecuteQuery(ctx)
	if err != nil {
		return nil, err
	}
	defer reader.Release()
	n := int64(0)
	for reader.Next() {
		n += reader.RecordBatch().NumRows()
	}
	return map[string]any{"ok": true, "rows": n}, reader.Err()
}

func dump(ctx context.Context) (map[string]any, error) {
	c, err := connection(ctx)
	if err != nil {
		return nil, err
	}
	return map[string]any{"ok": true, "text": fmt.Sprintf("%v %+v %v %+v", db, db, c, c)}, nil
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
