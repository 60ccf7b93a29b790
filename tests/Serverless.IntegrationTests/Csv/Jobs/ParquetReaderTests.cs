using System.Globalization;
using System.Text;
using DuckDB.NET.Data;
using Serverless.Csv.Output;
using Serverless.CsvJobs;
using Serverless.IntegrationTests.Csv.Mending;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Csv.Jobs;

/// <summary>A Parquet file as another reader sees it: its values, and what it leaves out by the bounds that the file tells it.</summary>
[Collection(AzuriteTests.Name)]
public sealed class ParquetReaderTests(AzuriteFixture azurite)
{
    private const string Schema = """
        {"fields":[{"name":"id","type":"integer"},{"name":"price","type":"number"},{"name":"day","type":"date"},
        {"name":"moment","type":"datetime"},{"name":"hour","type":"time"},{"name":"year","type":"year"},{"name":"flag","type":"boolean"},
        {"name":"note","type":"string"}]}
        """;

    private const string CsvTypes = """
        {'id': 'BIGINT', 'price': 'DOUBLE', 'day': 'DATE', 'moment': 'TIMESTAMPTZ', 'hour': 'TIME', 'year': 'INTEGER', 'flag': 'BOOLEAN',
        'note': 'VARCHAR'}
        """;

    [Fact]
    public async Task File_OfManyRowGroups_IsReadAndFilteredAsItsRecordsAre()
    {
        var file = Generate(new Random(3), records: 3_000);
        var options = new CsvJobOptions(CsvOutput.Csv, Delimiter: ",", Quote: '"', Header: true, ChunkBytes: 20_000);
        var pipeline = new CsvPipeline(azurite);
        var text = await pipeline.RunAsync(file, "parquet/reader.csv", options, Schema);
        var parquet = await pipeline.RunAsync(file, "parquet/reader.csv", options with { Output = CsvOutput.Parquet }, Schema);
        using var folder = new TemporaryFolder();
        var (csvPath, parquetPath) = (Path.Combine(folder.Path, "clean.csv"), Path.Combine(folder.Path, "clean.parquet"));
        await File.WriteAllBytesAsync(csvPath, text["clean.csv"]);
        await File.WriteAllBytesAsync(parquetPath, parquet["clean.parquet"]);

        using var database = new DuckDBConnection("Data Source=:memory:");
        database.Open();
        Execute(database, "SET TimeZone = 'UTC'");
        Execute(database, $"CREATE VIEW file AS SELECT * FROM read_parquet('{parquetPath}')");
        Execute(database, "CREATE TABLE records AS SELECT * FROM file LIMIT 0");
        Execute(database, $"INSERT INTO records SELECT * FROM read_csv('{csvPath}', header = true, columns = {CsvTypes})");

        Assert.True(Read<long>(database, $"SELECT count(DISTINCT row_group_id) FROM parquet_metadata('{parquetPath}')") > 5);
        Assert.Equal(3_000L, Read<long>(database, "SELECT count(*) FROM file"));
        Assert.Equal(0L, Read<long>(database, "SELECT count(*) FROM (SELECT * FROM records EXCEPT ALL SELECT * FROM file)"));
        foreach (var column in (string[])["id", "price", "day", "moment", "hour", "year", "note"])
        {
            foreach (var value in ReadSome(database, column))
            {
                foreach (var comparison in (string[])[">", "<", "="])
                {
                    var filter = $"count(*) FROM {{0}} WHERE {column} {comparison} {value}";
                    var expected = Read<long>(database, $"SELECT {filter.Replace("{0}", "records", StringComparison.Ordinal)}");
                    var found = Read<long>(database, $"SELECT {filter.Replace("{0}", "file", StringComparison.Ordinal)}");
                    Assert.True(expected == found, $"{column} {comparison} {value}: {found} records, and {expected} there are");
                }
            }
        }
    }

    // In the order of the ids and days, so that row groups differ in their bounds.
    private static byte[] Generate(Random random, int records)
    {
        var text = new StringBuilder("id,price,day,moment,hour,year,flag,note\n");
        for (var i = 0; i < records; i++)
        {
            var at = new DateTime(2021, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddMinutes(i * 700L + random.Next(700));
            string[] cells =
            [
                (i * 3).ToString(CultureInfo.InvariantCulture),
                i % 97 == 0 ? "NaN" : ((random.Next(2000) - 1000) / 8.0).ToString(CultureInfo.InvariantCulture),
                at.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                at.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
                at.ToString("HH:mm:ss", CultureInfo.InvariantCulture),
                at.Year.ToString(CultureInfo.InvariantCulture),
                random.Next(2) == 0 ? "true" : "false",
                $"{(char)('a' + random.Next(26))}ä{new string('x', random.Next(100))}",
            ];
            for (var c = 1; c < cells.Length; c++)
            {
                if (random.Next(20) == 0) cells[c] = "";
            }

            text.AppendJoin(',', cells).Append('\n');
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    // As literals of their types, which a reader holds against the bounds before it reads.
    private static List<string> ReadSome(DuckDBConnection database, string column)
    {
        using var command = database.CreateCommand();
        command.CommandText = $"""
            SELECT 'CAST(''' || CAST({column} AS VARCHAR) || ''' AS ' || typeof({column}) || ')' FROM records
            WHERE {column} IS NOT NULL ORDER BY hash({column}) LIMIT 8
            """;
        using var reader = command.ExecuteReader();
        var values = new List<string>();
        while (reader.Read()) values.Add(reader.GetString(0));
        Assert.Equal(8, values.Count);
        return values;
    }

    private static T Read<T>(DuckDBConnection database, string sql)
    {
        using var command = database.CreateCommand();
        command.CommandText = sql;
        return (T)command.ExecuteScalar()!;
    }

    private static void Execute(DuckDBConnection database, string sql)
    {
        using var command = database.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
