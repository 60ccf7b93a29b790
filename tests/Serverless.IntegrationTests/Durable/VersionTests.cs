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
            new TestFunctions().Orchestrator("One", c => Task.FromResult(c.Version)),
            versions: new VersionRule("2.0", Failure: VersionFailure.Fail));

        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("One", null, new StartOrchestrationOptions { Version = version });
        var end = await host.EndAsync(id);

        Assert.Equal(runs ? OrchestrationRuntimeStatus.Completed : OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.Equal(
            runs
                ? $"\"{version}\""
                    : $"VersionMismatch: The orchestration's version '{version}' is newer than this host's, '2.0', and " +
                        $"versionMatchStrategy is CurrentOrOlder.", end.SerializedOutput);
    }

    [Fact]
    public async Task Reject_LeavesAnotherVersionAsItIs_UntilAHostFits()
    {
        await using var host = await DurableHost.StartAsync(
            new TestFunctions().Orchestrator("One", c => Task.FromResult(c.Version)), versions: new VersionRule("2.0"));
        var newer = new StartOrchestrationOptions { Version = "3.0" };
        var waits = await host.Client.ScheduleNewOrchestrationInstanceAsync("One", null, newer);
        var ended = await host.Client.ScheduleNewOrchestrationInstanceAsync("One", null, newer);

        Assert.Equal("2.0", (await host.RunAsync("One")).ReadOutputAs<string>());
        await host.Client.TerminateInstanceAsync(ended);

        Assert.Equal(OrchestrationRuntimeStatus.Terminated, (await host.EndAsync(ended)).RuntimeStatus);
        Assert.Equal(OrchestrationRuntimeStatus.Pending, (await host.Client.GetInstanceAsync(waits))!.RuntimeStatus);
        host.Versions = new VersionRule("3.0");
        await host.RestartAsync();
        Assert.Equal("3.0", (await host.EndAsync(waits)).ReadOutputAs<string>());
    }

    [Theory]
    [InlineData("Strict", "1.9", false)]
    [InlineData("None", "3.0", true)]
    public void Match_AsHostJsonSays(string match, string version, bool runs) =>
        Assert.Equal(runs, new VersionRule("2.0", Enum.Parse<VersionMatch>(match)).FindFault(version) is null);
}
