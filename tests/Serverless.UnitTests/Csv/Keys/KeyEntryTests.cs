using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Serverless.Csv.Keys;

namespace Serverless.UnitTests.Csv.Keys;

public sealed class KeyEntryTests
{
    [Fact]
    public void OfText_EachTextOfAtMostFifteenBytes_HasItsOwnEntry()
    {
        var seen = new HashSet<UInt128>();
        foreach (var text in Texts())
        {
            var entry = KeyEntry.OfText(text, 0);
            Assert.False(entry.IsHashed);
            Assert.True(seen.Add(entry.Id), Convert.ToHexString(text));
        }
    }

    [Fact]
    public void OfText_NumbersInARow_SpreadOverSlotsAndPasses()
    {
        var entries = Enumerable.Range(0, 64_000)
            .Select(i => KeyEntry.OfText(Encoding.UTF8.GetBytes(i.ToString(CultureInfo.InvariantCulture)), 0)).ToList();

        Assert.All(entries.GroupBy(e => e.High & 63), g => Assert.InRange(g.Count(), 800, 1_200));
        Assert.All(entries.GroupBy(e => e.Low % 50), g => Assert.InRange(g.Count(), 1_050, 1_510));
    }

    [Fact]
    public void OfHash_NeverIsAnotherKindOfEntry()
    {
        Assert.True(KeyEntry.OfHash(0, 7).IsHashed);
        Assert.True(KeyEntry.OfHash(UInt128.MaxValue, 7).IsHashed);
        Assert.NotEqual(KeyEntry.OfHash(UInt128.MaxValue, 7).Id, KeyEntry.OfHash(0, 7).WithOwnKey(-1).Id);
        Assert.Equal(7, KeyEntry.OfHash(0, 7).WithOwnKey(3).Position);
    }

    [Fact]
    public void Texts_OfKeysWithOneHash_TellThemApart()
    {
        var texts = new KeyTexts();
        KeyEntry Add(string text, long position) => texts.Add(KeyEntry.OfHash(1, position), Encoding.UTF8.GetBytes(text));

        var (a, b, c) = (Add("a", 10), Add("b", 20), Add("c", 30));

        Assert.Equal(3, new[] { a.Id, b.Id, c.Id }.Distinct().Count());
        Assert.Equal(new KeyEntry(b.High, b.Low, 40), Add("b", 40));
        Assert.Equal(new KeyEntry(a.High, a.Low, 50), texts.Find(KeyEntry.OfHash(1, 50), "a"u8));
        Assert.Null(texts.Find(KeyEntry.OfHash(1, 60), "d"u8));
        Assert.Null(texts.Find(KeyEntry.OfHash(2, 60), "a"u8));
    }

    [Fact]
    public void Run_Arranged_HasEachSlotsKeysAndTextsTogether()
    {
        var random = new Random(15);
        var slots = new KeySlots(3, 4);
        using var run = new KeyRun(slots, 100_000);
        var added = new List<(int Slot, KeyEntry Entry, string Text)>();
        for (var i = 0; i < 20_000; i++)
        {
            var text = new string((char)('a' + random.Next(26)), random.Next(1, 40));
            var bytes = Encoding.UTF8.GetBytes(text);
            var entry = text.Length <= KeyEntry.MaxInline
                ? KeyEntry.OfText(bytes, i) : KeyEntry.OfHash(new UInt128((ulong)random.NextInt64(), (ulong)random.NextInt64()), i);
            var key = random.Next(3);
            run.Add(key, entry, bytes);
            added.Add((slots.SlotOf(key, entry), entry, entry.IsHashed ? text : ""));
        }

        var (counts, textBytes) = run.Arrange();
        var (entries, texts) = (new ArrayBufferWriter<byte>(), new ArrayBufferWriter<byte>());
        for (var at = 0; at < run.Count; at += 777)
        {
            run.WriteEntries(at, 777, entries);
            run.WriteTexts(at, 777, texts);
        }

        var left = entries.WrittenSpan;
        var leftTexts = texts.WrittenSpan;
        for (var slot = 0; slot < slots.Count; slot++)
        {
            var before = leftTexts.Length;
            var read = new List<(int, KeyEntry, string)>();
            for (var i = 0; i < counts[slot]; i++)
            {
                var entry = KeyEntry.Read(left);
                left = left[KeyEntry.Length..];
                var text = "";
                if (entry.IsHashed)
                {
                    var length = BinaryPrimitives.ReadInt32LittleEndian(leftTexts);
                    text = Encoding.UTF8.GetString(leftTexts.Slice(sizeof(int), length));
                    leftTexts = leftTexts[(sizeof(int) + length)..];
                }

                read.Add((slot, entry, text));
            }

            Assert.Equal(textBytes[slot], before - leftTexts.Length);
            Assert.Equal(added.Where(a => a.Slot == slot).OrderBy(a => a.Entry.Position), read.OrderBy(r => r.Item2.Position));
        }

        Assert.True(left.IsEmpty && leftTexts.IsEmpty);
    }

    private static IEnumerable<byte[]> Texts()
    {
        var random = new Random(20261129);
        for (var length = 0; length <= KeyEntry.MaxInline; length++)
        {
            // Zeros at the end are what a length must tell apart.
            yield return new byte[length];
            for (var i = 0; i < (length < 2 ? 0 : 200); i++)
            {
                var text = new byte[length];
                random.NextBytes(text);
                text[0] = (byte)(i + 1);
                yield return text;
            }
        }
    }
}
