using Microsoft.Extensions.DependencyInjection;
using Serverless.IntegrationTests.Timers;
using Serverless.Local.Runtime.Hosting;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Hosting;

public sealed class FunctionBindingTests
{
    private static readonly Dictionary<string, string> Expected = new()
    {
        ["NoTrigger"] = "no trigger",
        ["TwoTriggers"] = "2 triggers",
        ["BodyAsTrigger"] = "parameter 'body': [HttpTrigger] gives an HttpRequest",
        ["UnknownParameter"] = "parameter 'service': nothing gives a INobodyRegisters",
        ["ClientOfAnotherType"] = "parameter 'client': [DurableClient] gives a DurableTaskClient, not a String",
        ["BadRoute"] = "its route 'api/a/{b' is not a route template",
        ["ReservedRoute"] = "its route 'Admin/queues' starts with 'admin', which hosts keep for themselves",
        ["BadSchedule"] = "its schedule 'daily' is neither",
        ["NoSetting"] = "%Nowhere% names an app setting that does not exist",
        ["ContextIsAString"] = "parameter 'context': [OrchestrationTrigger] gives a TaskOrchestrationContext",
        ["bad name"] = "the name must be",
        ["AsyncVoid"] = "must return a task",
        ["NotPublic"] = "must be public",
        ["Same"] = "FaultyFunctions.Same and Serverless.IntegrationTests.Hosting.FaultyFunctions.SameAgain",
        ["Entity"] = "this host has no trigger [EntityTrigger]",
        ["Route2"] = "its route 'api/Same' and methods are also those of Route1",
        ["NeedsAService"] = "constructor parameter 'service': no service of type INobodyRegisters",
        ["HasTwoConstructors"] = "has several public constructors; mark one",
    };

    [Fact]
    public async Task Start_FaultyFunctions_ListsEveryFaultInOneMessage()
    {
        var e = await Assert.ThrowsAsync<InvalidFunctionsException>(
            () => TestHost.StartAsync([typeof(FaultyFunctions), typeof(FaultyClass), typeof(FaultyConstructors)]));

        Assert.Equal(Expected.Count, e.Faults.Count);
        foreach (var (function, reason) in Expected)
        {
            var fault = Assert.Single(
                e.Faults, f => f.StartsWith($"{function} (", StringComparison.Ordinal)
                    || f.StartsWith($"{function}:", StringComparison.Ordinal));
            Assert.Contains(reason, fault, StringComparison.Ordinal);
            Assert.Contains(fault, e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Start_DisabledBySetting_LeavesTheFunctionOut()
    {
        await using var host = await TestHost.StartAsync(
            [typeof(AtStart)],
            settings: new() { ["AzureWebJobs.AtStart.Disabled"] = "true" },
            services: (s, _) => s.AddSingleton(new TimerRuns(TimeProvider.System)));
        Assert.Empty(host.Host.Functions);
    }
}
