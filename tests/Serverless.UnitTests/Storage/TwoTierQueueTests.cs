using Serverless.Storage;

namespace Serverless.UnitTests.Storage;

public sealed class TwoTierQueueTests
{
    private readonly TwoTierQueue<string> _sut = new();

    [Fact]
    public void Take_BothWait_GivesTheFirstTierFourOfFive()
    {
        Fill(20, 20);

        Assert.Equal(["a0", "a1", "a2", "a3", "b0", "a4", "a5", "a6", "a7", "b1"], _sut.Take(10, _ => true));
    }

    [Fact]
    public void Take_RoundsOfOne_StillComeToTheSecondTier()
    {
        Fill(20, 20);

        Assert.Contains("b0", Enumerable.Range(0, 5).SelectMany(_ => _sut.Take(1, _ => true)));
    }

    [Theory]
    [InlineData(3, 0)]
    [InlineData(0, 3)]
    [InlineData(1, 2)]
    public void Take_FewWait_TakesAllOfThem(int first, int second)
    {
        Fill(first, second);

        Assert.Equal(3, _sut.Take(10, _ => true).Count);
        Assert.Empty(_sut.Take(10, _ => true));
    }

    [Fact]
    public void Take_OneDoesNotFit_BeginsTheNextRoundWithIt()
    {
        Fill(3, 0);

        Assert.Equal(["a0"], _sut.Take(10, item => item != "a1"));
        Assert.Equal(["a1", "a2"], _sut.Take(10, _ => true));
    }

    [Fact]
    public void Take_TakenFromTheOtherTier_IsPassedOver()
    {
        var taken = new HashSet<string>();
        var sut = new TwoTierQueue<string>(taken.Contains);
        sut.Enqueue("a", isFirst: false);
        sut.Enqueue("b", isFirst: false);
        sut.Enqueue("a", isFirst: true);

        Assert.Equal(["a", "b"], sut.Take(10, taken.Add));
        Assert.Empty(sut.Take(10, taken.Add));
    }

    private void Fill(int first, int second)
    {
        for (var i = 0; i < first; i++) _sut.Enqueue($"a{i}", isFirst: true);
        for (var i = 0; i < second; i++) _sut.Enqueue($"b{i}", isFirst: false);
    }
}
