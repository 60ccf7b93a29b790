using Serverless.Tasks;

namespace Serverless.UnitTests.Tasks.Limits;

public sealed class SlotTests
{
    private static readonly string[] Ids = [.. Enumerable.Range(0, 10_000).Select(i => $"task-{i}")];

    [Theory]
    [InlineData(4, 5)]
    [InlineData(5, 4)]
    [InlineData(1, 8)]
    [InlineData(8, 1)]
    [InlineData(3, 1_000)]
    public void Fit_NumberChanges_MovesTheFewestAndSpreadsEvenly(int before, int after)
    {
        var slots = Ids.Select((id, i) => (Id: id, Slot: new TaskSlot("k", i % before, before, "default"))).ToList();

        var moved = slots.ConvertAll(s => s.Slot.Fit(after, s.Id));

        var share = after > before ? (double)(after - before) / after : (double)(before - after) / before;
        Assert.InRange(moved.Zip(slots).Count(p => p.First.Number != p.Second.Slot.Number), 0, Ids.Length * (share + 0.05));
        Assert.All(moved, slot => Assert.InRange(slot.Number, 0, after - 1));
        Assert.Equal(after, moved.Select(s => s.Number).Distinct().Count());
        Assert.InRange(moved.GroupBy(s => s.Number).Max(g => g.Count()), 1, (Ids.Length / after * 1.3) + 20);
    }

    [Fact]
    public void Fit_MessageComesTwice_IsTheSame()
    {
        var slot = new TaskSlot("k", 7, 8, "default");

        Assert.Equal(slot.Fit(3, "a"), slot.Fit(3, "a"));
        Assert.Equal(slot.Fit(3, "a"), slot.Fit(3, "a").Fit(3, "a"));
    }

    [Fact]
    public void SessionId_LongestKey_IsWithinTheBrokersLimit() =>
        Assert.InRange(new TaskSlot(new string('f', 32), 99_999, 100_000, "default").SessionId.Length, 1, 128);
}
