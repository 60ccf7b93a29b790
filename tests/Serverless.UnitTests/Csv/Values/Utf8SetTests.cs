using System.Text;
using Serverless.Csv.Values;

namespace Serverless.UnitTests.Csv.Values;

public sealed class Utf8SetTests
{
    // Of two letters only, and with zeros, so that texts are near one another: at their begin, their end, or but for their length.
    private const string Letters = "ab\0";

    [Theory]
    [InlineData(3)]
    [InlineData(16)]
    [InlineData(40)]
    public void Contains_AnyText_SaysWhatASetOfTextsSays(int count)
    {
        var random = new Random(count);
        for (var round = 0; round < 50; round++)
        {
            var texts = Enumerable.Range(0, count).Select(_ => Make(random)).ToHashSet(StringComparer.Ordinal);
            var set = new Utf8Set(texts);

            foreach (var text in texts) Assert.True(set.Contains(Encoding.UTF8.GetBytes(text)), text);
            for (var i = 0; i < 200; i++)
            {
                var text = Make(random);
                Assert.Equal(texts.Contains(text), set.Contains(Encoding.UTF8.GetBytes(text)));
            }
        }
    }

    [Fact]
    public void Contains_NoTexts_IsFalse() => Assert.False(new Utf8Set([]).Contains(""u8));

    private static string Make(Random random) =>
        new([.. Enumerable.Range(0, random.Next(12)).Select(_ => Letters[random.Next(Letters.Length)])]);
}
