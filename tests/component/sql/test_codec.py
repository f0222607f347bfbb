#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Round trips through the mock with the classes that Thrift's compiler generated from the real
TCLIService.thrift (in the package databricks-sql-connector), on Debian's python3-thrift."""

import glob
import http.client
import os
import random
import struct
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "mock"))
GENERATED = glob.glob(os.path.join(HERE, ".venv/lib/python3*/site-packages/databricks/sql/thrift_api"))
if not GENERATED:
    print("skipped: run tests/component/sql/setup")
    sys.exit(77)
sys.path.insert(0, GENERATED[0])
try:
    from thrift.protocol.TBinaryProtocol import TBinaryProtocol
    from thrift.Thrift import TApplicationException, TMessageType, TType
    from thrift.transport.TTransport import TMemoryBuffer
except ImportError:
    print("skipped: python3-thrift is not installed")
    sys.exit(77)
from mock_server import Mock  # noqa: E402
from TCLIService import TCLIService as service, ttypes as t  # noqa: E402

PAT = "dapi00112233445566778899aabbccddeeff"
CONFIG = f"""
workspaces:
  - {{host: "*", warehouse_id: abc123, tables: [main.default.trips, main.default.fares],
     catalog: {{columns: ["id bigint", "price decimal(10,2)", "day date"]}}}}
principals: [{{name: user@example.com, pat: {PAT}}}]
statements: [{{text: "SELECT 'slow'", running_polls: 3}}]
"""
PATH = "/sql/1.0/warehouses/abc123"
ROUNDS = 300


def encode(name, request, seqid=7):
    memory = TMemoryBuffer()
    protocol = TBinaryProtocol(memory)
    protocol.writeMessageBegin(name, TMessageType.CALL, seqid)
    getattr(service, name + "_args")(request).write(protocol)
    protocol.writeMessageEnd()
    return memory.getvalue()


def validate(value):
    """All that the interface requires is there, all the way down."""
    if hasattr(value, "thrift_spec"):
        value.validate()
        for field in value.thrift_spec or ():
            if field is not None:
                validate(getattr(value, field[2]))
    elif isinstance(value, list):
        for element in value:
            validate(element)
    elif isinstance(value, dict):
        for element in value.values():
            validate(element)


def rows_of(row_set):
    """Tuples of the values in TColumn, NULL where its bit is set."""
    columns = []
    for column in row_set.columns:
        held = [v for v in (column.boolVal, column.byteVal, column.i16Val, column.i32Val, column.i64Val,
                            column.doubleVal, column.stringVal, column.binaryVal) if v is not None]
        assert len(held) == 1, "exactly one member of a union"
        assert len(held[0].nulls) == (len(held[0].values) + 7) // 8
        columns.append([None if held[0].nulls[i >> 3] >> (i & 7) & 1 else value
                        for i, value in enumerate(held[0].values)])
    return list(zip(*columns))


class Codec(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.mock = Mock(config=CONFIG).__enter__()
        cls.addClassCleanup(cls.mock.__exit__)
        cls.connection = http.client.HTTPConnection("127.0.0.1", cls.mock.port, timeout=60)
        cls.addClassCleanup(cls.connection.close)

    def post(self, body, path=PATH, bearer=PAT):
        self.connection.request("POST", path, body, {"Authorization": "Bearer " + bearer,
                                                     "Content-Type": "application/x-thrift"})
        answer = self.connection.getresponse()
        return answer, answer.read()

    def decode(self, name, body, seqid=7):
        memory = TMemoryBuffer(body)
        protocol = TBinaryProtocol(memory, strictRead=True)
        told, kind, number = protocol.readMessageBegin()
        self.assertEqual((told, number), (name, seqid))
        if kind == TMessageType.EXCEPTION:
            refusal = TApplicationException()
            refusal.read(protocol)
            raise refusal
        result = getattr(service, name + "_result")()
        result.read(protocol)
        protocol.readMessageEnd()
        self.assertEqual(memory.cstringio_buf.read(), b"", "nothing follows")
        validate(result.success)
        return result.success

    def call(self, name, request, seqid=7):
        answer, body = self.post(encode(name, request, seqid))
        self.assertEqual((answer.status, answer.getheader("content-type")),
                         (200, "application/x-thrift"), body)
        return self.decode(name, body, seqid)

    def open(self, **fields):
        answer = self.call("OpenSession", t.TOpenSessionReq(client_protocol_i64=42248, **fields))
        self.assertEqual(answer.status.statusCode, t.TStatusCode.SUCCESS_STATUS)
        return answer

    def execute(self, text, direct=True, **fields):
        session = self.open().sessionHandle
        wish = t.TSparkGetDirectResults(maxRows=100000, maxBytes=10 ** 7) if direct else None
        return self.call("ExecuteStatement", t.TExecuteStatementReq(
            session, text, runAsync=True, getDirectResults=wish, **fields))

    def test_sessions_echo_any_configuration(self):
        generator = random.Random(1)
        for round_ in range(20):
            given = {"k%d" % i: "".join(chr(generator.choice((65, 0xe9, 0x4e2d, 0x1f600, 10)))
                                        for _ in range(generator.randrange(60)))
                     for i in range(generator.randrange(30))}
            answer = self.open(configuration=given, canUseMultipleCatalogs=True,
                               initialNamespace=t.TNamespace("main", "s%d" % round_))
            self.assertEqual(answer.configuration, given)
            self.assertEqual(answer.initialNamespace, t.TNamespace("main", "s%d" % round_))
            self.assertTrue(answer.canUseMultipleCatalogs)
            self.assertEqual(answer.serverProtocolVersion, 42248)

    def test_seqids_are_echoed_to_the_last_bit(self):
        for seqid in (0, 1, -1, 2 ** 31 - 1, -2 ** 31):
            self.call("OpenSession", t.TOpenSessionReq(), seqid)

    def test_parameters_come_back_as_they_went(self):
        value = t.TSparkParameterValue
        given = [("STRING", value(stringValue="it's ü\n中"), "it's ü\n中"),
                 ("BIGINT", value(stringValue="-9223372036854775808"), -2 ** 63),
                 ("INT", value(stringValue="2147483647"), 2 ** 31 - 1),
                 ("TINYINT", value(stringValue="-128"), -128), ("SMALLINT", value(stringValue="-5"), -5),
                 ("DOUBLE", value(doubleValue=-0.1), -0.1), ("DOUBLE", value(doubleValue=1e300), 1e300),
                 ("BOOLEAN", value(booleanValue=True), True),
                 ("DECIMAL(10,2)", value(stringValue="3.14"), "3.14"),
                 ("DATE", value(stringValue="2024-02-29"), "2024-02-29"),
                 ("TIMESTAMP", value(stringValue="2024-02-29 01:02:03.5"), "2024-02-29 01:02:03.5"),
                 ("STRING", None, None), ("BIGINT", None, None)]
        parameters = [t.TSparkParameter(name="p%d" % i, type=type_, value=v)
                      for i, (type_, v, _) in enumerate(given)]
        text = "SELECT " + ", ".join(":p%d" % i for i in range(len(given)))
        direct = self.execute(text, parameters=parameters).directResults
        self.assertEqual(rows_of(direct.resultSet.results), [tuple(wanted for _, _, wanted in given)])

    def test_every_type_has_its_column(self):
        names = ("TINYINT", "SMALLINT", "INT", "BIGINT", "FLOAT", "DOUBLE", "DECIMAL(12,3)", "STRING",
                 "BOOLEAN")
        text = "SELECT " + ", ".join(f"CAST(id AS {n})" for n in names) + " FROM range(0, 17)"
        direct = self.execute(text).directResults
        rows = rows_of(direct.resultSet.results)
        self.assertEqual(len(rows), 17)
        for i, row in enumerate(rows):
            self.assertEqual(row, (i, i, i, i, i, i, f"{i}.000", str(i), i != 0))
        entries = [c.typeDesc.types[0].primitiveEntry
                   for c in direct.resultSetMetadata.schema.columns]
        self.assertEqual([t.TTypeId._VALUES_TO_NAMES[e.type] for e in entries],
                         [n.split("(")[0] + "_TYPE" for n in names])
        self.assertEqual({k: v.i32Value for k, v in entries[6].typeQualifiers.qualifiers.items()},
                         {"precision": 12, "scale": 3})

    def test_a_large_result_comes_in_pieces_without_gap_or_copy(self):
        handle = self.execute("SELECT id FROM range(25000)", direct=False).operationHandle
        seen, more = [], True
        while more:
            answer = self.call("FetchResults", t.TFetchResultsReq(
                handle, t.TFetchOrientation.FETCH_NEXT, 7000, includeResultSetMetadata=True))
            self.assertEqual(answer.results.startRowOffset, len(seen))
            seen += [row[0] for row in rows_of(answer.results)]
            more = answer.hasMoreRows
        self.assertEqual(seen, list(range(25000)))
        closed = self.call("CloseOperation", t.TCloseOperationReq(handle))
        self.assertEqual(closed.status.statusCode, t.TStatusCode.SUCCESS_STATUS)

    def test_states_follow_the_scenario(self):
        handle = self.execute("SELECT 'slow'").operationHandle
        states = [self.call("GetOperationStatus", t.TGetOperationStatusReq(handle)).operationState
                  for _ in range(3)]
        names = t.TOperationState
        self.assertEqual(states, [names.RUNNING_STATE, names.RUNNING_STATE, names.FINISHED_STATE])
        metadata = self.call("GetResultSetMetadata", t.TGetResultSetMetadataReq(handle))
        self.assertEqual(metadata.resultFormat, t.TSparkRowSetType.COLUMN_BASED_SET)

    def test_metadata_calls_are_results(self):
        session = self.open().sessionHandle
        wish = t.TSparkGetDirectResults(maxRows=1000)

        def rows(name, **fields):
            request = getattr(t, f"T{name}Req")(sessionHandle=session, getDirectResults=wish, **fields)
            answer = self.call(name, request)
            names = [c.columnName for c in answer.directResults.resultSetMetadata.schema.columns]
            return [dict(zip(names, row)) for row in rows_of(answer.directResults.resultSet.results)]

        self.assertEqual(rows("GetCatalogs"), [{"TABLE_CAT": "main"}])
        self.assertEqual(rows("GetSchemas", catalogName="main"),
                         [{"TABLE_SCHEM": "default", "TABLE_CATALOG": "main"}])
        self.assertEqual([r["TABLE_NAME"] for r in rows("GetTables", tableName="%")], ["trips", "fares"])
        self.assertEqual([r["TABLE_NAME"] for r in rows("GetTables", tableName="TR_PS")], ["trips"])
        self.assertEqual(rows("GetTables", tableTypes=["VIEW"]), [])
        columns = rows("GetColumns", tableName="fares", columnName="price")
        self.assertEqual([(r["DATA_TYPE"], r["TYPE_NAME"], r["COLUMN_SIZE"], r["DECIMAL_DIGITS"],
                           r["ORDINAL_POSITION"]) for r in columns], [(3, "DECIMAL(10,2)", 10, 2, 1)])
        self.assertIn(-5, [r["DATA_TYPE"] for r in rows("GetTypeInfo")])
        self.assertEqual(len(rows("GetTableTypes")), 2)
        for name, fields in (("GetFunctions", {"functionName": "f"}), ("GetPrimaryKeys", {}),
                             ("GetCrossReference", {})):
            self.assertEqual(rows(name, **fields), [])
        info = self.call("GetInfo", t.TGetInfoReq(session, t.TGetInfoType.CLI_DBMS_NAME))
        self.assertEqual(info.infoValue.stringValue, "Spark SQL")

    def test_other_calls_are_unknown_methods(self):
        with self.assertRaises(TApplicationException) as refused:
            self.call("GetDelegationToken", t.TGetDelegationTokenReq(self.open().sessionHandle, "a", "b"))
        self.assertEqual(refused.exception.type, TApplicationException.UNKNOWN_METHOD)

    # What the oracle can write, whatever it means, is read: an answer, never a broken message.

    def any_value(self, generator, kind, spec, depth):
        if kind == TType.STRUCT:
            return self.any_struct(generator, spec[0], depth + 1)
        if kind in (TType.LIST, TType.SET):
            return [self.any_value(generator, spec[0], spec[1], depth)
                    for _ in range(generator.randrange(3))]
        if kind == TType.MAP:
            return {self.any_value(generator, spec[0], spec[1], depth):
                    self.any_value(generator, spec[2], spec[3], depth)
                    for _ in range(generator.randrange(3))}
        if kind == TType.STRING:
            raw = bytes(generator.randrange(256) for _ in range(generator.randrange(20)))
            return raw if spec == "BINARY" else raw.decode("latin-1")
        return {TType.BOOL: lambda: generator.random() < 0.5, TType.DOUBLE: generator.random,
                TType.BYTE: lambda: generator.randrange(-128, 128),
                TType.I16: lambda: generator.randrange(-2 ** 15, 2 ** 15),
                TType.I32: lambda: generator.randrange(-2 ** 31, 2 ** 31),
                TType.I64: lambda: generator.randrange(-2 ** 63, 2 ** 63)}[kind]()

    def any_struct(self, generator, kind, depth=0):
        made = kind()
        for field in kind.thrift_spec or ():
            if field is not None and depth < 6 and generator.random() < 0.6:
                setattr(made, field[2], self.any_value(generator, field[1], field[3], depth))
        try:
            made.validate()
        except Exception:  # one that is required was left out: all of them then
            for field in kind.thrift_spec:
                if field is not None and getattr(made, field[2]) is None:
                    setattr(made, field[2], self.any_value(generator, field[1], field[3], depth))
        return made

    def test_random_requests_are_read_and_answered(self):
        generator = random.Random(int(os.environ.get("ASSAY_SEED", "20")))
        session = self.open().sessionHandle
        names = [n[:-5] for n in dir(service) if n.endswith("_args")]
        statuses = set()
        for round_ in range(ROUNDS):
            name = names[round_ % len(names)]
            kind = getattr(service, name + "_args").thrift_spec[1][3][0]
            request = self.any_struct(generator, kind)
            if hasattr(request, "sessionHandle") and generator.random() < 0.7:
                request.sessionHandle = session
            if name == "CloseSession":
                request.sessionHandle.sessionId.guid = b"x" * 16
            try:
                statuses.add(self.call(name, request).status.statusCode)
            except TApplicationException as refusal:
                self.assertIn(refusal.type, (TApplicationException.UNKNOWN_METHOD,
                                             TApplicationException.PROTOCOL_ERROR))
        self.assertLessEqual({t.TStatusCode.SUCCESS_STATUS, t.TStatusCode.INVALID_HANDLE_STATUS}, statuses)
        self.assertEqual(self.mock.ok("GET", "/health")["failures"], 0)

    def test_cut_and_altered_messages_are_refused_and_nothing_else_happens(self):
        generator = random.Random(2)
        whole = encode("ExecuteStatement", t.TExecuteStatementReq(
            self.open().sessionHandle, "SELECT 1", confOverlay={"a": "b"},
            getDirectResults=t.TSparkGetDirectResults(maxRows=1)))
        for size in range(len(whole)):
            self.assertEqual(self.post(whole[:size])[0].status, 400, size)
        for _ in range(ROUNDS):
            at = generator.randrange(len(whole))
            bent = whole[:at] + bytes([generator.randrange(256)]) + whole[at + 1:]
            self.assertIn(self.post(bent)[0].status, (200, 400))
        huge = struct.pack(">IIIiBhBI", 0x80010001, 0, 0, 0, 15, 1, 12, 0x7fffffff)
        self.assertEqual(self.post(huge)[0].status, 400)
        self.assertEqual(self.mock.ok("GET", "/health")["failures"], 0)

    # HTTP around it.

    def test_each_call_has_its_name_in_the_journal(self):
        self.execute("SELECT 1")
        last = self.mock.journal()[-2:]
        self.assertEqual([r["route"] for r in last],
                         ["sql.thrift.OpenSession", "sql.thrift.ExecuteStatement"])
        self.assertEqual({(r["class"], r["credential"]["name"], r["credential"]["state"]) for r in last},
                         {("api", "pat", "live")})

    def test_refusals_are_told_in_headers(self):
        answer, _ = self.post(encode("OpenSession", t.TOpenSessionReq()), bearer="dapi0123")
        self.assertEqual((answer.status, answer.getheader("x-thriftserver-error-message"),
                          answer.getheader("x-databricks-reason-phrase")),
                         (403, "Invalid access token.", "Invalid access token."))
        answer, _ = self.post(encode("OpenSession", t.TOpenSessionReq()), path="/sql/1.0/warehouses/none")
        self.assertEqual((answer.status, answer.getheader("x-thriftserver-error-message")),
                         (404, "SQL warehouse none does not exist."))

    def test_faults_act_on_one_call_and_not_on_the_others(self):
        session = self.open().sessionHandle
        run = encode("ExecuteStatement", t.TExecuteStatementReq(session, "SELECT 1"))
        for error, status in (("rate-limited", 429), ("unavailable", 503)):
            self.mock.ok("POST", "/faults", {"routes": "sql.thrift.ExecuteStatement", "error": error,
                                             "times": 1})
            self.open()
            answer, _ = self.post(run)
            self.assertEqual((answer.status, answer.getheader("retry-after")), (status, "1"))
            self.assertTrue(answer.getheader("x-thriftserver-error-message"))
            self.assertEqual(self.post(run)[0].status, 200)
        for rule in ({"end": "reset"}, {"end": "close"}, {"cut_percent": 50}):
            self.mock.ok("POST", "/faults", {"routes": "sql.thrift.*", "after_handler": True,
                                             "times": 1, **rule})
            with self.assertRaises((http.client.HTTPException, OSError)):
                self.post(run)
            self.connection.close()
            self.assertEqual(self.post(run)[0].status, 200)


if __name__ == "__main__":
    unittest.main()
