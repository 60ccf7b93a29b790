using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Serverless.Tasks;

namespace Serverless.UnitTests.Tasks;

public sealed class TaskRetentionTests
{
    private static readonly TaskRegistry Registry = TaskRegistry.Discover([typeof(Charge), typeof(Refund), typeof(Mail)]);

    [Theory]
    [InlineData("shop.charge", 7 * 86_400)]
    [InlineData("shop.refund", 5_400)]
    [InlineData("mail.send", 120)]
    public void Find_Task_IsKeptAsTheClosestSettingSays(string task, int seconds)
    {
        var retention = Create(("shop.*", "2h"), ("shop.re*", "90m"), ("shop.charge", "7d"));

        Assert.True(Registry.TryFind(task, out var definition));
        Assert.Equal(TimeSpan.FromSeconds(seconds), retention.Find(definition));
    }

    [Fact]
    public void Create_FaultySettings_AreAllNamed()
    {
        var fault = Assert.Throws<InvalidOperationException>(
            () => Create(
                ("shop.*", "59s"), ("shop.charge", "31d"), ("mail.*", "soon"), ("mail.send", null), ("a*b", "1d"),
                ("no.such", "1d"))).Message;

        const string Rule = "Keep is a number with s, m, h or d, such as 90m, from 60s to 30d.";
        foreach (var match in (string[])["shop.*", "shop.charge", "mail.*", "mail.send"])
            Assert.Contains($"'{match}': {Rule}", fault, StringComparison.Ordinal);
        Assert.Contains("'a*b': give a task's name, or the start of names followed by one '*'.", fault, StringComparison.Ordinal);
        Assert.Contains("'no.such': there is no such task.", fault, StringComparison.Ordinal);
    }

    private static TaskRetention Create(params (string Match, string? Keep)[] settings) => new(Registry, new ConfigurationBuilder()
        .AddInMemoryCollection(settings.SelectMany((setting, i) => new Dictionary<string, string?>
        {
            [$"Tasks:Retention:{i}:Match"] = setting.Match,
            [$"Tasks:Retention:{i}:Keep"] = setting.Keep,
        })).Build());

    internal abstract class Handler : ITaskHandler<JsonElement, int>
    {
        public Task<int> RunAsync(JsonElement args, TaskContext context) => Task.FromResult(0);
    }

    [TaskHandler("shop.charge", KeepSeconds = 60)]
    internal sealed class Charge : Handler;

    [TaskHandler("shop.refund")]
    internal sealed class Refund : Handler;

    [TaskHandler("mail.send", KeepSeconds = 120)]
    internal sealed class Mail : Handler;
}
