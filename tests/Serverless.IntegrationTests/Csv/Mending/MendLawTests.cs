using System.Globalization;
using System.Text;
using Serverless.Csv.Output;
using Serverless.Csv.Summary;
using Serverless.Csv.Values;
using Serverless.CsvJobs;
using Serverless.CsvParsing;
using Serverless.IntegrationTests.Csv.Jobs;
using Serverless.Storage;
using Serverless.TestSupport;
using Serverless.TestSupport.Csv;

namespace Serverless.IntegrationTests.Csv.Mending;

/// <summary>
/// The law of mending: whatever a schema checks and whatever the outputs are, they become those of the corrected file, or the round is
/// refused and changes nothing. Left out is what is said to be otherwise: a record that is in the output stays there.
/// </summary>
[Collection(LawTests.Name)]
public sealed class MendLawTests(AzuriteFixture azurite)
{
    /// <summary>Says by how many files each case is tried: 12 unless given, more for a night.</summary>
    private const string FilesVariable = "SERVERLESS_LAW_FILES";

    private const string Customers = "mend/law-customers.csv";

    private readonly MendPipeline _pipeline = new(azurite);
    private readonly int _files = int.Parse(Environment.GetEnvironmentVariable(FilesVariable) ?? "12", CultureInfo.InvariantCulture);
    private int _compared;
    private int _refused;

    [Theory]
    [InlineData(1, CsvOutput.Csv, CsvCompression.None, null, 1)]
    [InlineData(2, CsvOutput.Csv, CsvCompression.None, null, 3)]
    [InlineData(3, CsvOutput.Jsonl, CsvCompression.Gzip, null, 1)]
    [InlineData(4, CsvOutput.Parquet, CsvCompression.None, null, 2)]
    [InlineData(5, CsvOutput.Csv, CsvCompression.Gzip, "place", 1)]
    [InlineData(6, CsvOutput.Parquet, CsvCompression.None, "place", 1)]
    internal Task RandomSchemas_MendedInRounds_AreWhatTheCorrectedFilesGive(
        int seed, CsvOutput output, CsvCompression compression, string? partitionBy, int files) => CheckAsync(
        seed, false, files, new CsvJobOptions(output) { Compress = compression, PartitionBy = partitionBy });

    [Theory]
    [InlineData(11, 1)]
    [InlineData(12, 7)]
    public Task LongKeys_ThatShareAHash_AreToldApart(int seed, uint hashes)
    {
        _pipeline.Hashing = WeakHashing.Of(hashes);
        return CheckAsync(seed, false, 1, new CsvJobOptions());
    }

    [Theory]
    [InlineData(21, null, 1)]
    [InlineData(22, "place", 1)]
    [InlineData(23, null, 3)]
    public Task MaskedSchemas_MendedOnce_AreWhatTheCorrectedFilesGive(int seed, string? partitionBy, int files)
    {
        _pipeline.Settings.MaskKeys["default"] = "some random characters, and more";
        return CheckAsync(seed, true, files, new CsvJobOptions { PartitionBy = partitionBy });
    }

    private async Task CheckAsync(int seed, bool isMasked, int files, CsvJobOptions options)
    {
        var incoming = await azurite.Containers.GetAsync(Containers.Incoming);
        await incoming.GetBlobClient(Customers).UploadAsync(
            BinaryData.FromString("name\nAnn of quite a long name\n"), overwrite: true);
        var random = new Random(seed);
        for (var i = 0; i < _files; i++)
        {
            var file = new CheckedFile(random, Customers, isMasked);
            var own = file.AddTo(options with { Delimiter = ",", Quote = '"', Header = true, ChunkBytes = 2 * random.Next(20, 400) });
            var path = $"mend/law-{seed}/{i}-{Guid.NewGuid():N}";
            var (job, before) = await RunAsync(file, path, own, files);

            // Of masked records that were sent nobody keeps the values, so that a second round cannot look at them again.
            for (var round = 0; round < (isMasked ? 1 : 3); round++)
            {
                var body = file.Mend(ListRows(before), mayDrop: i % 4 == 3 && files == 1);
                if (body.Length == 0) continue;
                if (await MendAsync(file, job, before, body, path, own, files) is not { } mended) break;
                before = mended;
            }
        }

        // Some have no rejects, some would take a record from the output: the law must not hold for want of files.
        Assert.True(_compared > _files / 4, $"{_compared} rounds were compared, {_refused} refused");
    }

    /// <summary>Mends and compares.</summary>
    /// <returns>What was written; null when the file is not to be mended further.</returns>
    private async Task<Dictionary<string, byte[]>?> MendAsync(
        CheckedFile file, string job, Dictionary<string, byte[]> before, string body, string path, CsvJobOptions options, int files)
    {
        var (_, expected) = await RunAsync(file, $"{path}-new", options, files);
        if (FindLeaving(before, ListFaults(expected, file)) is { } code)
        {
            if (code != ErrorCodes.SequentialValue) return null;
            var refusal = await Assert.ThrowsAsync<CsvJobException>(() => _pipeline.MendAsync(job, body));
            Assert.Contains("the first to break the sequence", refusal.Message, StringComparison.Ordinal);
            var after = await _pipeline.ReadAsync(job);
            Assert.Equal(before.OrderBy(o => o.Key, StringComparer.Ordinal), after.OrderBy(o => o.Key, StringComparer.Ordinal));
            _refused++;
            return null;
        }

        var what = $"{path}\n{file.Schema}\nsent {body}\nbefore\n{Text(before, "rejects.csv")}\ncorrected\n{file.Text}";
        var round = await Record.ExceptionAsync(() => _pipeline.MendAsync(job, body));
        Assert.True(round is null, $"{round}\n{what}");
        var mended = await _pipeline.ReadAsync(job);
        _compared++;
        Assert.Equal(ListFaults(expected, file), ListFaults(mended));
        await AssertCleanAsync(expected, mended, what);
        if (file.HasDropped) return mended;

        // The numbers of records are the same.
        AssertText(Text(expected, "rejects.csv").Replace("-new/", "/", StringComparison.Ordinal), Text(mended, "rejects.csv"), what);
        Outcome.AssertSame(expected, mended);
        Assert.Equal(Warnings(expected), Warnings(mended));
        return mended;
    }

    private Task<(string Folder, Dictionary<string, byte[]> Outputs)> RunAsync(
        CheckedFile file, string path, CsvJobOptions options, int files) => files == 1
        ? _pipeline.RunAsync(file.Text, $"{path}.csv", options, file.Schema)
        : _pipeline.RunSetAsync(file.Split(files), path, options, file.Schema);

    // The fault of a record that is in the output, and is none of that of the corrected file: the first one's.
    private static string? FindLeaving(Dictionary<string, byte[]> before, List<(int Row, string Code)> expected)
    {
        var rejects = ListRows(before).ToHashSet();
        var leaving = expected.Where(f => !rejects.Contains(f.Row)).Select(f => f.Code).ToList();
        return leaving.FirstOrDefault(c => c != ErrorCodes.SequentialValue) ?? leaving.FirstOrDefault();
    }

    private static async Task AssertCleanAsync(Dictionary<string, byte[]> expected, Dictionary<string, byte[]> mended, string what)
    {
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), mended.Keys.Order(StringComparer.Ordinal));
        foreach (var name in expected.Keys.Where(n => n.StartsWith("clean", StringComparison.Ordinal)))
            AssertText(await JobForm.ReadAsync(name, expected[name]), await JobForm.ReadAsync(name, mended[name]), $"{name} of {what}");
    }

    private static void AssertText(string expected, string found, string what) =>
        Assert.True(expected == found, $"{what}\n--- expected\n{expected}\n--- found\n{found}");

    private static string Warnings(Dictionary<string, byte[]> outputs) =>
        string.Join('\n', JobSummary.FromJson(outputs["summary.json"]).Warnings ?? []);

    private static List<int> ListRows(Dictionary<string, byte[]> outputs) => [.. ListFaults(outputs).Select(f => f.Row)];

    // By the numbers that records have in the file with those that were left out.
    private static List<(int Row, string Code)> ListFaults(Dictionary<string, byte[]> outputs, CheckedFile file) =>
        [.. ListFaults(outputs).Select(f => (file.Number(f.Row), f.Code))];

    private static List<(int Row, string Code)> ListFaults(Dictionary<string, byte[]> outputs)
    {
        var faults = new List<(int, string)>();
        NaiveCsv.Read(outputs["rejects.csv"], (in CsvRecord record) =>
        {
            var shift = record.Fields.Length - 6;
            if (record.Row > 1)
                faults.Add((int.Parse(record[shift], CultureInfo.InvariantCulture), Encoding.UTF8.GetString(record[shift + 3])));
        });
        return faults;
    }

    private static string Text(Dictionary<string, byte[]> outputs, string name) => Encoding.UTF8.GetString(outputs[name]);
}
