using Serverless.Csv.Output;
using Serverless.Csv.Proof;
using Serverless.Csv.Summary;
using Serverless.CsvJobs;
using Serverless.IntegrationTests.Csv.Jobs;
using Serverless.IntegrationTests.Csv.Mending;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Csv.Verification;

/// <summary>Outputs of every form, of jobs and of mended ones: whatever is done to them is found, with its file and place.</summary>
[Collection(LawTests.Name)]
public sealed class ChangedOutputTests(AzuriteFixture azurite)
{
    private const int Flips = 300;

    private readonly MendPipeline _pipeline = new(azurite);

    public static TheoryData<string> Forms => [.. JobForm.Names];

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task AnythingThatIsDoneToAnOutput_IsFoundWhereItWasDone(string name)
    {
        _pipeline.Settings.MaskKeys["default"] = "some random characters, and more";
        var form = JobForm.Find(name, isMended: false);
        var (folder, outputs) = await _pipeline.RunAsync(form, $"changed/{name}");
        await AssertFoundAsync(outputs, form, new Random(1));

        await _pipeline.MendAsync(folder, JobForm.Body);
        await AssertFoundAsync(await _pipeline.ReadAsync(folder), form, new Random(2));
    }

    private static async Task AssertFoundAsync(Dictionary<string, byte[]> outputs, JobForm form, Random random)
    {
        Assert.Empty(await VerifyAsync(outputs));
        string[] names = [.. outputs.Keys.Order(StringComparer.Ordinal)];
        for (var i = 0; i < Flips; i++)
        {
            var name = names[random.Next(names.Length)];
            var at = random.Next(outputs[name].Length);
            var content = (byte[])outputs[name].Clone();
            content[at] ^= (byte)(1 << random.Next(8));
            await AssertAsync(outputs, name, content, at);
        }

        foreach (var name in names)
        {
            var content = outputs[name];
            await AssertAsync(outputs, name, content[..random.Next(content.Length)], content.Length - 1);
            await AssertAsync(outputs, name, content[..^1], content.Length - 1);
            if (name == "summary.json") continue;
            await AssertAsync(outputs, name, [.. content, (byte)'\n'], content.Length);
            var without = new Dictionary<string, byte[]>(outputs);
            without.Remove(name);
            var missing = Assert.Single(await VerifyAsync(without));
            Assert.Equal((name, "is missing"), (missing.File, missing.Message));
        }

        var swaps = 0;
        foreach (var output in JobSummary.FromJson(outputs["summary.json"]).Proof!.Outputs)
        {
            // A block and the next in the place of each other.
            var at = 0;
            foreach (var (block, next) in output.Blocks.Zip(output.Blocks.Skip(1)))
            {
                var (first, second) = (at + (int)block.Bytes, at + (int)block.Bytes + (int)next.Bytes);
                var content = outputs[output.Name];
                byte[] swapped = [.. content[..at], .. content[first..second], .. content[at..first], .. content[second..]];
                if (!swapped.SequenceEqual(content))
                {
                    swaps++;
                    var found = await VerifyAsync(new(outputs) { [output.Name] = swapped });
                    Assert.NotEmpty(found);
                    Assert.All(found, d => Assert.True(d.File == output.Name && d.Start >= at && d.End <= second, $"{d} for {at}"));
                }

                at = first;
            }
        }

        Assert.True(swaps > 0);
        var foreign = form.Options switch
        {
            { PartitionBy: null, Output: CsvOutput.Parquet } => "clean.csv",
            { PartitionBy: null } => "clean.parquet",
            { Output: CsvOutput.Parquet } => "clean/place=zz/records.parquet",
            _ => "clean/place=zz/records.csv",
        };
        var extra = Assert.Single(await VerifyAsync(new(outputs) { [foreign] = [] }));
        Assert.Equal((foreign, "is none of the job's outputs"), (extra.File, extra.Message));
    }

    private static async Task AssertAsync(Dictionary<string, byte[]> outputs, string name, byte[] content, int at)
    {
        var difference = Assert.Single(await VerifyAsync(new(outputs) { [name] = content }));
        Assert.True(
            difference.File == name && (name == "summary.json" || (at >= difference.Start && at < difference.End)),
            $"{difference} for {at} of {name}");
    }

    private static async Task<IReadOnlyList<ProofDifference>> VerifyAsync(Dictionary<string, byte[]> outputs)
    {
        var verification = await VerifiedOutputs.VerifyAsync(outputs, input: null);
        return verification.Differences;
    }
}
