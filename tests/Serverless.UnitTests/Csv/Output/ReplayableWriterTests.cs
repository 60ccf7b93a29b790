using System.Text;
using Serverless.Csv.Output;
using Serverless.Csv.SchemaParsing;

namespace Serverless.UnitTests.Csv.Output;

public sealed class ReplayableWriterTests
{
    [Fact]
    public void Replay_EveryCall_WritesWhatTheWriterWouldHaveWritten()
    {
        var schema = TableSchemaParser.Parse(
            """
            {"fields":[{"name":"a"},{"name":"b"},{"name":"c","type":"integer"},{"name":"d","type":"number"},{"name":"e","type":"boolean"},
              {"name":"f","type":"date"},{"name":"g","type":"time"},{"name":"h","type":"datetime"},{"name":"i","type":"year"}]}
            """).Schema!;
        var (direct, calls, replayed) = (
            new CsvRecordWriter(schema), new ReplayableWriter(), new CsvRecordWriter(schema));

        foreach (var writer in (RecordWriter[])[direct, calls])
        {
            Write(writer, "=1+1", isTrue: true);
            Write(writer, "dropped", isTrue: true, keeps: false);
            Write(writer, "", isTrue: false);
        }

        ReplayableWriter.Replay(calls.Pending.Span, replayed);

        Assert.Equal(Encoding.UTF8.GetString(direct.Pending.Span), Encoding.UTF8.GetString(replayed.Pending.Span));
        Assert.Equal(2, Encoding.UTF8.GetString(replayed.Pending.Span).Count(c => c == '\n'));
    }

    [Fact]
    public void RowList_NumbersNearAndFar_AreReadAsTheyWereAdded()
    {
        var random = new Random(1);
        List<long> rows = [-3];
        for (var i = 0; i < 2_000; i++) rows.Add(rows[^1] + 1 + random.NextInt64(1L << random.Next(1, 40)));
        var list = new RowList();
        foreach (var row in rows) list.Add(row);

        Assert.Equal(rows, RowList.Read(list.Bytes));
    }

    private static void Write(RecordWriter writer, string text, bool isTrue, bool keeps = true)
    {
        writer.Begin();
        writer.WriteText(Encoding.UTF8.GetBytes(text), formulaSafe: true);
        writer.WriteMissing();
        writer.WriteInteger("-12"u8);
        writer.WriteNumber("1.5e-3"u8);
        writer.WriteBoolean(isTrue);
        writer.WriteDate("2024-02-29"u8);
        writer.WriteTime("12:30:00"u8);
        writer.WriteDateTime("2024-02-29T12:30:00Z"u8);
        writer.WriteYear("1999"u8);
        if (keeps) writer.Commit();
        else writer.Rollback();
    }
}
