using System.Text;
using Parquet;
using Serverless.Csv.Cleaning;
using Serverless.Csv.Output;
using Serverless.Csv.Schema;
using Serverless.TestSupport.Csv;

namespace Serverless.UnitTests.Csv.Output;

public sealed class ParquetFooterTests
{
    private const int Columns = 20;

    private static readonly TableSchema Schema = Cleaned.Schema(
        $$"""
        {"fields": [{{string.Join(',', Enumerable.Range(0, Columns).Select(i => $$"""{"name": "c{{i}}", "type": "integer"}"""))}}]}
        """);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(14)]
    [InlineData(15)]
    [InlineData(300)]
    public async Task Build_OfFiles_ListsTheirRowGroupsWhereTheyLie(int files)
    {
        var footer = new ParquetFooter((await WriteAsync(0, 0)).Footer);
        using var joined = new MemoryStream();
        joined.Write(ParquetFooter.Magic);
        var rows = 0;
        for (var i = 0; i < files; i++)
        {
            var count = 1 + (i * 7 % 40);
            var (groups, part) = await WriteAsync(rows, count);
            footer.Add(part.Span, joined.Position - ParquetFooter.Magic.Length);
            joined.Write(groups);
            rows += count;
        }

        joined.Write(footer.Build().Span);

        joined.Position = 0;
        await using var reader = await ParquetReader.CreateAsync(joined);
        Assert.Equal(rows, reader.Metadata!.NumRows);
        Assert.Equal(Columns, reader.Schema.DataFields.Length);
        var next = 0L;
        for (var i = 0; i < reader.RowGroupCount; i++)
        {
            using var group = reader.OpenRowGroupReader(i);
            var (first, last) = (new long?[group.RowCount], new long?[group.RowCount]);
            await group.ReadAsync<long>(reader.Schema.DataFields[0], first.AsMemory());
            await group.ReadAsync<long>(reader.Schema.DataFields[^1], last.AsMemory());
            foreach (var (a, b) in first.Zip(last))
            {
                Assert.Equal((next, next % 3 == 0 ? null : next + Columns - 1), (a, b));
                next++;
            }
        }

        Assert.Equal(rows, next);
    }

    // Row groups of ten records.
    private static async Task<(byte[] Groups, ReadOnlyMemory<byte> Footer)> WriteAsync(int start, int rows)
    {
        await using var writer = new ParquetRecordWriter(Schema);
        var cleaner = new RecordCleaner(Schema, CsvOutput.Parquet);
        var part = new ParquetPart();
        var groups = new List<byte>();
        for (var row = start; row < start + rows; row++)
        {
            var cells = Enumerable.Range(row, Columns).Select((v, i) => i == Columns - 1 && row % 3 == 0 ? "" : $"{v}");
            NaiveCsv.Read(Encoding.UTF8.GetBytes(string.Join(',', cells)), (in r) => Assert.True(cleaner.TryClean(r, writer, out _)));
            if (row % 10 != 9) continue;
            await writer.FlushAsync();
            groups.AddRange(part.Take(writer.Pending, isEnd: false).Span);
            writer.Clear();
        }

        await writer.CompleteAsync();
        groups.AddRange(part.Take(writer.Pending, isEnd: true).Span);
        return ([.. groups], part.Footer);
    }
}
