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
    public void Take_FewOfTheFirst_IsSoonOver()
    {
        Fill(2, 1_000);

        Assert.Equal(["a0", "a1"], _sut.Take(100, _ => true));
        Assert.False(_sut.HasFirst);
        Assert.Equal(100, _sut.Take(100, _ => true).Count);
    }

    [Fact]
    public void Take_OneOfTheFirstEachTime_StillComesToTheSecond()
    {
        var taken = new List<string>();
        _sut.Enqueue("b", isFirst: false);
        for (var i = 0; i < 5; i++)
        {
            _sut.Enqueue($"a{i}", isFirst: true);
            taken.AddRange(_sut.Take(100, _ => true));
        }

        Assert.Contains("b", taken);
        Assert.Equal(6, taken.Count);
        Assert.True(_sut.IsEmpty);
    }

    [Fact]
    public void Take_OneDoesNotFit_LeavesItToALaterRound()
    {
        Fill(3, 0);

        Assert.Equal(["a0"], _sut.Take(10, item => item != "a1"));
        Assert.Equal(["a1", "a2"], _sut.Take(10, _ => true));
        Assert.Empty(_sut.Take(10, _ => true));
    }

    private void Fill(int first, int second)
    {
        for (var i = 0; i < first; i++) _sut.Enqueue($"a{i}", isFirst: true);
        for (var i = 0; i < second; i++) _sut.Enqueue($"b{i}", isFirst: false);
    }
}
