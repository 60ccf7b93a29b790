using Serverless.Monitoring.Changes;

namespace Serverless.UnitTests.Monitoring;

public sealed class ChangeTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("202601311200")]
    [InlineData("202601311200.0123456789ab-17")]
    [InlineData("202601311200.0123456789ab-17.ffffffffffff-9999999999")]
    public void Cursor_Written_ReadsTheSame(string text)
    {
        Assert.True(ChangeCursor.TryParse(text, out var cursor));
        Assert.Equal(text, cursor.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("202613311200")]
    [InlineData("000000000000")]
    [InlineData("202601311200.")]
    [InlineData("202601311200.0123456789ab-")]
    [InlineData("202601311200.0123456789ab-12345678901")]
    [InlineData("202601311200.0123456789AB-1")]
    [InlineData("202601311200.0123456789ab-1\n")]
    [InlineData("' or PartitionKey ne '")]
    [InlineData("-1")]
    public void Cursor_Hostile_IsRefused(string text) => Assert.False(ChangeCursor.TryParse(text, out _));

    [Fact]
    public void Buffer_SameThingAgain_IsOneChangeWithTheLastState()
    {
        var buffer = new ChangeBuffer();
        buffer.Add("task", "a", "STARTED", Now);
        buffer.Add("task", "b", "STARTED", Now.AddSeconds(1));
        buffer.Add("task", "a", "SUCCESS", Now.AddSeconds(2));

        Assert.Equal(
            [new Change("task", "b", "STARTED", Now.AddSeconds(1)), new Change("task", "a", "SUCCESS", Now.AddSeconds(2), 2)],
            buffer.Take());
        Assert.Empty(buffer.Take());
    }

    [Fact]
    public void Buffer_MoreThanItNames_CountsTheRestOfTheKindOnly()
    {
        var buffer = new ChangeBuffer();
        for (var i = 0; i < ChangeBuffer.MaxNamed + 30; i++) buffer.Add("task", $"{i}", null, Now);
        buffer.Add("run", "r", "running", Now);

        var changes = buffer.Take();

        Assert.Equal(ChangeBuffer.MaxNamed + 2, changes.Count);
        Assert.Equal(30, Assert.Single(changes, c => c.Id is null).Count);
        Assert.Single(changes, c => c.Kind == "run");
    }
}
