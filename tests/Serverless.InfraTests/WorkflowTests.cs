using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Serverless.TestSupport;

namespace Serverless.InfraTests;

public sealed partial class WorkflowTests
{
    private static readonly string[] Names =
        [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, ".github", "workflows")).Select(f => Path.GetFileName(f))];

    public static TheoryData<string> Files => [.. Names];

    [Theory]
    [MemberData(nameof(Files))]
    public void Actions_ArePinnedByCommit(string file) => Assert.All(
        Steps(file).Select(s => (string?)s["uses"]).OfType<string>(),
        uses => Assert.Matches(Pinned(), uses));

    [Theory]
    [MemberData(nameof(Files))]
    public void Permissions_AreNoneUnlessAJobAsks(string file)
    {
        var workflow = Read(file);

        Assert.Empty(Assert.IsType<JsonObject>(workflow["permissions"]));
        Assert.All(Jobs(workflow), j => Assert.NotNull(j["permissions"]));
        Assert.All(Jobs(workflow), j => Assert.NotNull(j["timeout-minutes"]));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Scripts_TakeNoInputIntoTheirText(string file) =>
        Assert.All(
            Steps(file).Select(s => (string?)s["run"])
                .OfType<string>(), run => Assert.DoesNotContain("${{", run, StringComparison.Ordinal));

    [Theory]
    [InlineData("deploy.yml")]
    [InlineData("what-if.yml")]
    [InlineData("nightly.yml")]
    public void Deploy_UsesFederatedCredentialsAndAnEnvironment(string file)
    {
        var job = Jobs(Read(file)).Single();

        Assert.Equal("write", (string?)job["permissions"]!["id-token"]);
        Assert.NotNull(job["environment"]);
        Assert.DoesNotContain("secrets.", File.ReadAllText(PathOf(file)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("deploy.yml")]
    [InlineData("what-if.yml")]
    public void Deploy_GivesAllThatTheParametersRead_SoThatItTakesNothingAway(string file)
    {
        var given = Jobs(Read(file)).Single()["env"]!.AsObject().Select(e => e.Key);
        // The hook before the deployment sets this one.
        List<string> asked = ["SERVICE_BUS_MESSAGING_UNITS"];
        var read = ReadVariable().Matches(File.ReadAllText(Path.Combine(Repository.Root, "infra", "main.bicepparam")))
            .Select(m => m.Groups["name"].Value);

        Assert.Superset(read.Except(asked).ToHashSet(), given.ToHashSet());
    }

    // A pull request of a fork could print the token: it gets none, and the job does not begin.
    [Fact]
    public void WhatIf_OfAPullRequest_ChangesNothingAndIsNotForForks()
    {
        var job = Jobs(Read("what-if.yml")).Single();
        var runs = Steps("what-if.yml").Select(s => (string?)s["run"]).OfType<string>().ToList();

        Assert.NotNull(Read("what-if.yml")["on"]!["pull_request"]);
        Assert.Contains("head.repo.full_name == github.repository", (string?)job["if"], StringComparison.Ordinal);
        Assert.Equal(2, runs.Count);
        Assert.StartsWith("azd provision --preview", runs[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Nightly_TakesDownWhatItMade_WhateverHappened()
    {
        var steps = Steps("nightly.yml").ToList();
        var job = Jobs(Read("nightly.yml")).Single();

        Assert.Equal("always()", (string?)steps[^1]["if"]);
        Assert.StartsWith("azd down --force --purge", (string?)steps[^1]["run"], StringComparison.Ordinal);
        // An environment for each run: what an earlier one left behind is in nobody's way.
        Assert.Contains("github.run_id", (string?)job["env"]!["AZURE_ENV_NAME"], StringComparison.Ordinal);
        Assert.Contains("vars.AZURE_NIGHTLY", (string?)job["if"], StringComparison.Ordinal);
    }

    [Fact]
    public void Deploy_ReplaysWhatRunsBeforeItDeploys()
    {
        var runs = Steps("deploy.yml").Select(s => (string?)s["run"]).OfType<string>().ToList();

        var gate = runs.IndexOf("infra/replay-gate.sh");
        Assert.InRange(gate, runs.FindIndex(r => r.StartsWith("azd provision", StringComparison.Ordinal)) + 1, runs.Count);
        Assert.InRange(runs.FindIndex(r => r == "infra/hooks/deploy.sh"), gate + 1, runs.Count);
    }

    [Fact]
    public void Scripts_ThatStepsRun_AreThereAndExecutable()
    {
        var scripts = Names.SelectMany(Steps).Select(s => (string?)s["run"]).OfType<string>()
            .Where(r => r.EndsWith(".sh", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(scripts);
        Assert.All(scripts, s => Assert.True(File.Exists(Path.Combine(Repository.Root, s))));
        if (OperatingSystem.IsWindows()) return;
        foreach (var script in scripts)
            Assert.True(File.GetUnixFileMode(Path.Combine(Repository.Root, script)).HasFlag(UnixFileMode.UserExecute));
    }

    private static string PathOf(string file) => Path.Combine(Repository.Root, ".github", "workflows", file);

    private static JsonNode Read(string file) => Yaml.Read(PathOf(file));

    private static IEnumerable<JsonNode> Jobs(JsonNode workflow) => workflow["jobs"]!.AsObject().Select(j => j.Value!);

    private static IEnumerable<JsonNode> Steps(string file) => Jobs(Read(file)).SelectMany(j => j["steps"]!.AsArray()).Select(s => s!);

    [GeneratedRegex(@"readEnvironmentVariable\('(?<name>\w+)'")]
    private static partial Regex ReadVariable();

    [GeneratedRegex(@"^[\w.-]+/[\w.-]+(/[\w.-]+)*@[0-9a-f]{40}$")]
    private static partial Regex Pinned();
}
