// SPDX-License-Identifier: Apache-2.0

// Fetches rows through the Go SQL driver and prints how many seconds that took:
//
//	bench-sql DSN STATEMENT ROWS
package main

import (
	"database/sql"
	"fmt"
	"os"
	"strconv"
	"time"

	_ "github.com/databricks/databricks-sql-go"
)

func fetch(db *sql.DB, statement string) (int, error) {
	rows, err := db.Query(statement)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	count := 0
	var id int64
	var text string
	for rows.Next() {
		if err := rows.Scan(&id, &text); err != nil {
			return count, err
		}
		count++
	}
	return count, rows.Err()
}

func run(dsn, statement string, wanted int) error {
	db, err := sql.Open("databricks", dsn)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := db.Ping(); err != nil {
		return err
	}
	started := time.Now()
	count, err := fetch(db, statement)
	if err == nil && count != wanted {
		err = fmt.Errorf("%d rows came instead of %d", count, wanted)
	}
	fmt.Printf("%.6f\n", time.Since(started).Seconds())
	return err
}

func main() {
	wanted, err := strconv.Atoi(os.Args[3])
	if err == nil {
		err = run(os.Args[1], os.Args[2], wanted)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
