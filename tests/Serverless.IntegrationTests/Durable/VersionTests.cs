using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Serverless.Local.Runtime.Durable;

namespace Serverless.IntegrationTests.Durable;

public sealed class VersionTests
{
    [Fact]
    public async Task Start_WithoutAVersion_TakesTheDefault_AndSoDoChildren()
    {
        var functions = new TestFunctions()
            .Orchestrator("Parent", async c => $"{c.Version} {await c.CallSubOrchestratorAsync<string>("Child")}")
            .Orchestrator("Child", c => Task.FromResult(c.Version));
        await using var host = await DurableHost.StartAsync(functions, versions: new VersionRule("2.0"));

        Assert.Equal("2.0 2.0", (await host.RunAsync("Parent")).ReadOutputAs<string>());
    }

    [Theory]
    [InlineData("3.0", false)]
    [InlineData("1.9", true)]
    [InlineData("2.0", true)]
    public async Task CurrentOrOlder_RunsNoNewerVersion(string version, bool runs)
    {
        await using var host = await DurableHost.StartAsync(
            new TestFunctions().Orchestrator("One", c => Task.FromResult(c.Version)), versions: new VersionRule("2.0"));

        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("One", null, new StartOrchestrationOptions { Version = version });
        var end = await host.EndAsync(id);

        Assert.Equal(runs ? OrchestrationRuntimeStatus.Completed : OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.Equal(
            runs
                ? $"\"{version}\""
                    : $"VersionMismatch: The orchestration's version '{version}' is newer than this host's, '2.0', and " +
                        $"versionMatchStrategy is CurrentOrOlder.", end.SerializedOutput);
    }

    [Theory]
    [InlineData("Strict", "1.9", false)]
    [InlineData("None", "3.0", true)]
    public void Match_AsHostJsonSays(string match, string version, bool runs) =>
        Assert.Equal(runs, new VersionRule("2.0", Enum.Parse<VersionMatch>(match)).Fault(version) is null);
}
