using Serverless.Csv.Summary;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Blobs;
using Serverless.IntegrationTests.Csv.Jobs;
using Serverless.IntegrationTests.Csv.Verification;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Csv.Mending;

/// <summary>
/// Rounds of every form whose process dies at each of their writes, before it arrives or when it has: each output is old or new then, and
/// whoever goes on ends with those of the corrected file.
/// </summary>
[Collection(LawTests.Name)]
public sealed class DyingMendTests(AzuriteFixture azurite)
{
    private readonly MendPipeline _pipeline = new(azurite);

    // Plain and packed text have a test of their own.
    public static TheoryData<string> Forms => [.. JobForm.Names.Except(["csv", "gzip"])];

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task KilledAtEveryWrite_LeavesEachOutputOldOrNew_AndIsEndedByTheNext(string name)
    {
        _pipeline.Settings.MaskKeys["default"] = "some random characters, and more";
        var (wrong, corrected) = (JobForm.Find(name, isMended: false), JobForm.Find(name, isMended: true));
        var (_, expected) = await _pipeline.RunAsync(corrected, $"dying/mend-{name}-new");
        var kills = 0;
        foreach (var arrives in (bool[])[false, true])
        {
            for (var write = 1; ; write++)
            {
                var (folder, before) = await _pipeline.RunAsync(wrong, $"dying/mend-{name}");
                var task = await _pipeline.BeginAsync(folder, JobForm.Body);
                var writer = new DyingWriter(write, arrives);
                var containers = writer.Open(azurite.ConnectionString);
                var death = await Record.ExceptionAsync(async () =>
                {
                    await _pipeline.StageAsync(task, containers);
                    await _pipeline.CommitAsync(task, containers);
                });
                if (!writer.HasDied) break;
                kills++;
                Assert.NotNull(death);
                foreach (var (output, content) in await _pipeline.ReadAsync(folder))
                {
                    if (output is "summary.json" or "report.html") continue;
                    var old = before.TryGetValue(output, out var had) ? await ReadAsync(output, had) : null;
                    Assert.Contains(await ReadAsync(output, content), (string?[])[old, await ReadAsync(output, expected[output])]);
                }

                await _pipeline.StageAsync(task, azurite.Containers);
                await _pipeline.CommitAsync(task, azurite.Containers);
                await _pipeline.CommitAsync(task, azurite.Containers);

                var after = await _pipeline.ReadAsync(folder);
                Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), after.Keys.Order(StringComparer.Ordinal));
                foreach (var output in expected.Keys.Where(o => o is not ("summary.json" or "report.html")))
                    Assert.Equal(await ReadAsync(output, expected[output]), await ReadAsync(output, after[output]));
                Outcome.AssertSame(expected, after);
                var verification = await VerifiedOutputs.VerifyAsync(after, input: null);
                Assert.Empty(verification.Differences);
            }
        }

        Assert.True(kills > 16, $"{kills} kills");
    }

    // The files of a set have other names.
    private static async Task<string> ReadAsync(string name, byte[] content) =>
        (await JobForm.ReadAsync(name, content)).Replace("-new/", "/", StringComparison.Ordinal);
}
