using Serverless.IntegrationTests.Csv.Mending;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Csv.Jobs;

/// <summary>
/// Jobs of every form whose process dies at each of their writes, before it arrives or when it has: what is visible then is part of the
/// end, and whoever goes on ends with the same outputs.
/// </summary>
[Collection(LawTests.Name)]
public sealed class DyingJobTests(AzuriteFixture azurite)
{
    public static TheoryData<string> Forms => [.. JobForm.Names];

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task KilledAtEveryWrite_EndsWithTheSameOutputs(string name)
    {
        var form = JobForm.Find(name, isMended: false);
        var pipeline = CreatePipeline();
        var expected = await form.RunAsync(pipeline, $"dying/{name}");
        var kills = 0;
        foreach (var arrives in (bool[])[false, true])
        {
            for (var write = 1; ; write++)
            {
                var writer = new DyingWriter(write, arrives);
                var dying = CreatePipeline();
                dying.Dead = writer;
                dying.OnDeath = async () =>
                {
                    foreach (var (output, content) in await dying.ReadAsync(dying.LastFolder)) await AssertSameAsync(output, content);
                };
                var outputs = await form.RunAsync(dying, $"dying/{name}");

                Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), outputs.Keys.Order(StringComparer.Ordinal));
                foreach (var (output, content) in outputs) await AssertSameAsync(output, content);
                Outcome.AssertSame(expected, outputs);
                if (!writer.HasDied) break;
                kills++;
            }
        }

        Assert.True(kills > 30, $"{kills} kills");

        // The summary and the report have times.
        async Task AssertSameAsync(string output, byte[] content)
        {
            if (output is not ("summary.json" or "report.html"))
                Assert.Equal(await JobForm.ReadAsync(output, expected[output]), await JobForm.ReadAsync(output, content));
        }
    }

    private CsvPipeline CreatePipeline()
    {
        var pipeline = new CsvPipeline(azurite);
        pipeline.Settings.MaskKeys["default"] = "some random characters, and more";
        return pipeline;
    }
}
