using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Serverless.Messaging;

namespace Serverless.InfraTests;

[Collection(CompiledBicep.Name)]
public sealed class TriggerTests(BicepFixture bicep)
{
    private static readonly QueueCatalog Catalog = QueueCatalog.Load();

    private static readonly List<(string Name, MethodInfo Method)> Functions =
    [
        .. typeof(QueueCatalog).Assembly.GetTypes().SelectMany(t => t.GetMethods())
            .Select(m => (m.GetCustomAttribute<FunctionAttribute>()?.Name, Method: m)).Where(f => f.Name is not null)
                .Select(f => (f.Name!, f.Method)),
    ];

    private static readonly List<(string Name, ServiceBusTriggerAttribute Trigger)> Triggers =
    [
        .. Functions.SelectMany(
            f => f.Method.GetParameters().Select(p => p.GetCustomAttribute<ServiceBusTriggerAttribute>())
                .OfType<ServiceBusTriggerAttribute>(), (f, t) => (f.Name, t)),
    ];

    [Fact]
    public void Triggers_AndLanes_AreTheSame() =>
        Assert.Equal(Catalog.Lanes.Order(StringComparer.Ordinal), Triggers.Select(t => t.Trigger.QueueName!).Order(StringComparer.Ordinal));

    [Fact]
    public void Triggers_NameTheConnectionThatTheSettingsMake() =>
        Assert.All(Triggers, t => Assert.Equal(QueueConnection.Setting, t.Trigger.Connection));

    [Fact]
    public void Triggers_TakeSessionsWhereTheQueueHasThem() => Assert.All(Triggers, t =>
    {
        Assert.True(Catalog.TryFindLane(t.Trigger.QueueName!, out var entry));
        Assert.Equal(entry.RequiresSession, t.Trigger.IsSessionsEnabled);
    });

    [BicepTheory]
    [InlineData("dev")]
    [InlineData("prod")]
    public void AlwaysReady_Functions_Exist(string profile)
    {
        var scale = bicep[profile].App("app").GetProperty("properties").GetProperty("functionAppConfig")
            .GetProperty("scaleAndConcurrency");
        var named = scale.GetProperty("alwaysReady").EnumerateArray().Select(a => a.GetProperty("name").GetString()!)
            .Where(n => n.StartsWith("function:", StringComparison.Ordinal)).Select(n => n["function:".Length..]).ToList();

        Assert.All(named, n => Assert.Contains(Functions, f => f.Name == n));
        Assert.Equal(profile == "prod" ? Catalog.Entries.Count(e => e.Lanes.Count > 1) : 0, named.Count);
    }
}
