using Serverless.IntegrationTests.Tasks;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Alarms;

[Collection(TaskTests.Name)]
public sealed class AlarmEvaluatorTests(AzuriteFixture azurite)
{
    private const string Ada = "ada@example.org", Bob = "bob@example.org";

    private readonly AlarmFixture _fixture = new(azurite);

    [Fact]
    public async Task Run_SomethingIsWrongAndThenGood_TellsEveryReceiverOnceOfEach()
    {
        await _fixture.PutAsync("queues", Ada, Bob);
        _fixture.Bad = ["email"];
        await LookAsync(minutes: 3);
        _fixture.Bad = [];
        await LookAsync(minutes: 3);

        Assert.Equal(
            [
                (Ada, "Alarm: queues (email)"), (Ada, "Good again: queues (email)"), (Bob, "Alarm: queues (email)"),
                (Bob, "Good again: queues (email)"),
            ],
            await _fixture.ListToldAsync());
        Assert.False(Assert.Single((await _fixture.Store.FindAsync("queues", default))!.State.Causes).IsRaised);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Run_AppDiesBeforeAnyRequest_TellsEveryReceiverOnce(bool isAnswerLost)
    {
        await _fixture.Notifications.ListAsync(null, 1, null, default);
        for (var request = 0; ; request++)
        {
            var name = $"died-{request}";
            await _fixture.PutAsync(name, Ada, Bob);
            _fixture.Bad = ["email"];
            var hasDied = await _fixture.LookAndDieAsync(request, isAnswerLost);
            await LookAsync(minutes: 2);
            var alarm = (await _fixture.Store.FindAsync(name, default))!;

            Assert.Equal(
                [(Ada, $"Alarm: {name} (email)"), (Bob, $"Alarm: {name} (email)")],
                (await _fixture.ListToldAsync()).Where(t => t.Heading.Contains($"{name} ", StringComparison.Ordinal)));
            Assert.Equal((1, 0), (alarm.State.Told, alarm.State.Pending.Count));
            await _fixture.Store.TryDeleteAsync(alarm, default);
            if (hasDied) continue;
            Assert.InRange(request, 8, 100);
            return;
        }
    }

    [Fact]
    public async Task Run_ManyInstancesAtOnce_TellOnce()
    {
        await _fixture.PutAsync("all", Ada);
        _fixture.Bad = ["email"];
        for (var minute = 0; minute < 3; minute++)
        {
            await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => _fixture.CreateEvaluator().RunAsync(default)));
            _fixture.Time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal([(Ada, "Alarm: all (email)")], await _fixture.ListToldAsync());
    }

    [Fact]
    public async Task Run_AlarmIsMadeAnewUnderItsName_TellsAgain()
    {
        var first = await _fixture.PutAsync("again", Ada);
        _fixture.Bad = ["email"];
        await LookAsync(minutes: 1);
        await _fixture.Store.TryDeleteAsync((await _fixture.Store.FindAsync(first.Name, default))!, default);
        await _fixture.PutAsync("again", Ada);
        await LookAsync(minutes: 1);

        Assert.Equal(2, (await _fixture.ListToldAsync()).Count);
    }

    [Fact]
    public async Task Run_OneRowCannotBeRead_LooksAtTheOthers()
    {
        await _fixture.PutAsync("broken", Ada);
        await _fixture.PutAsync("whole", Ada);
        var row = (await _fixture.Store.ListAsync(default)).Single(r => r.RowKey == "broken");
        row.Definition = "{";
        await _fixture.OverwriteAsync(row);
        _fixture.Bad = ["email"];

        await LookAsync(minutes: 1);

        Assert.Equal([(Ada, "Alarm: whole (email)")], await _fixture.ListToldAsync());
        Assert.Null(await _fixture.Store.FindAsync("broken", default));
        await _fixture.PutAsync("broken", Ada);
        Assert.NotNull(await _fixture.Store.FindAsync("broken", default));
    }

    private async Task LookAsync(int minutes)
    {
        for (var minute = 0; minute < minutes; minute++)
        {
            await _fixture.CreateEvaluator().RunAsync(default);
            _fixture.Time.Advance(TimeSpan.FromMinutes(1));
        }
    }
}
