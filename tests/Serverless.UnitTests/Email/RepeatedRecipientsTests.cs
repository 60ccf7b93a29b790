using Serverless.Email.Jobs;
using Serverless.Email.Recipients;

namespace Serverless.UnitTests.Email;

public sealed class RepeatedRecipientsTests
{
    [Theory]
    [InlineData(1_000)]
    [InlineData(2)]
    [InlineData(1)]
    public async Task Bits_AreThoseOfLaterRecipients_HoweverFewAreHeldAtOnce(int maxKept)
    {
        string[] addresses =
            ["a@x.org", "b@x.org", "A@X.org", "", "", "Ada <a@x.org>", "c@x.org", "no address", "no address", "b@x.org", "d@x.org",
                "e@x.org", "d@x.org"];
        Recipient[] list = [.. addresses.Select(a => new Recipient(a, null, null, new Dictionary<string, object?>()))];
        var sut = new RepeatedRecipients(maxKept);

        for (var i = 0; i < list.Length; i++) sut.Add(i, list[i]);
        await sut.CompleteAsync(list.Length, take =>
        {
            for (var i = 0; i < list.Length; i++) take(i, list[i]);
            return Task.CompletedTask;
        });

        Assert.Equal([2, 5, 9, 12], Enumerable.Range(0, list.Length).Where(i => (sut.Bits[i / 8] & (1 << (i % 8))) != 0));
        Assert.Equal(4, sut.Count);
    }
}
