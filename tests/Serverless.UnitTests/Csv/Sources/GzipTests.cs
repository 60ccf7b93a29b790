using System.IO.Compression;
using System.Text;
using Serverless.CsvJobs.Sources;
using Serverless.TestSupport.Csv;
using Serverless.UnitTests.Csv.Parsing;

namespace Serverless.UnitTests.Csv.Sources;

public sealed class GzipTests
{
    private static readonly byte[] Text = Encoding.UTF8.GetBytes(
        "id,name\n" + string.Concat(Enumerable.Range(1, 5_000).Select(i => $"{i},{i * 7919 % 10007}\n")));

    public static TheoryData<string, byte[], int> Sound => new()
    {
        { "one member", Packed.Gzip(Text), 1 },
        { "all header fields", Packed.Gzip(
            Text, Packed.Fields.HeaderCrc | Packed.Fields.Extra | Packed.Fields.Name | Packed.Fields.Comment), 1 },
        { "two members", [.. Packed.Gzip(Text), .. Packed.Gzip(Text, Packed.Fields.Name)], 2 },
        { "empty members between and behind", [.. Packed.Gzip([]), .. Packed.Gzip(Text), .. Packed.Gzip([]), .. Packed.Gzip([])], 1 },
        { "zeros behind", [.. Packed.Gzip(Text), .. new byte[1_000]], 1 },
        { "zeros behind nothing", [.. Packed.Gzip([]), .. new byte[100_000]], 0 },
        { "many members", [.. Enumerable.Repeat(Packed.Gzip(Text), 40).SelectMany(m => m)], 40 },
    };

    public static TheoryData<string, byte[], string> Faulty => new()
    {
        { "bad CRC", Packed.Gzip(Text, crcOff: 1), "CRC-32" },
        { "bad length", Packed.Gzip(Text, lengthOff: 1), "CRC-32" },
        { "bad CRC in the first of two", [.. Packed.Gzip(Text, crcOff: 1), .. Packed.Gzip(Text)], "CRC-32" },
        { "no trailer", Packed.Gzip(Text)[..^8], "ends early" },
        { "half a trailer", Packed.Gzip(Text)[..^4], "ends early" },
        { "half the data", Packed.Gzip(Text)[..9_000], "ends early" },
        { "half a header", Packed.Gzip(Text, Packed.Fields.Name)[..14], "ends early" },
        { "the magic alone", [0x1F, 0x8B], "ends early" },
        { "second member cut", [.. Packed.Gzip(Text), .. Packed.Gzip(Text)[..5_000]], "ends early" },
        { "second header cut", [.. Packed.Gzip(Text), .. Packed.Gzip(Text)[..4]], "ends early" },
        { "garbage behind", [.. Packed.Gzip(Text), .. "id,name\n1,x\n"u8], "no gzip data" },
        { "garbage behind zeros", [.. Packed.Gzip(Text), .. new byte[70_000], 1], "no gzip data" },
        { "other method", [0x1F, 0x8B, 7, .. Packed.Gzip(Text)[3..]], "method 7" },
        { "reserved flags", [0x1F, 0x8B, 8, 0xE0, .. Packed.Gzip(Text)[4..]], "flags" },
        { "broken data", Broken(), "damaged" },
    };

    [Theory]
    [MemberData(nameof(Sound))]
    public async Task ReadAsync_SoundFile_Text(string name, byte[] file, int times)
    {
        foreach (var portion in (int[])[1, 7, 100, 1 << 20])
        {
            // Byte by byte is slow, and says the same of a short file.
            if (portion == 1 && file.Length > 50_000) continue;
            await using var stream = new GzipMembersStream(new TrickleStream(file, new Random(portion), portion));
            using var text = new MemoryStream();
            await stream.CopyToAsync(text);
            Assert.True(
                text.ToArray().AsSpan()
                    .SequenceEqual(Enumerable.Repeat(Text, times).SelectMany(t => t).ToArray()), $"{name} in portions of {portion}");
        }
    }

    [Theory]
    [MemberData(nameof(Faulty))]
    public async Task ReadAsync_FaultyFile_IsRefusedWithTheReason(string name, byte[] file, string reason)
    {
        foreach (var portion in (int[])[13, 1 << 20])
        {
            await using var stream = new GzipMembersStream(new TrickleStream(file, new Random(portion), portion));
            var fault = await Assert.ThrowsAsync<InvalidDataException>(() => stream.CopyToAsync(Stream.Null));
            Assert.True(fault.Message.Contains(reason, StringComparison.Ordinal), $"{name}: {fault.Message}");
        }
    }

    [Fact]
    public async Task ReadAsync_FileCutAnywhere_IsNeverTakenForAWholeOne()
    {
        var file = Packed.Gzip("id,name\n1,Ann\n"u8.ToArray(), Packed.Fields.Name);
        for (var length = 0; length < file.Length; length++)
        {
            await using var stream = new GzipMembersStream(new TrickleStream(file.AsMemory(0, length), new Random(length), 5));
            await Assert.ThrowsAsync<InvalidDataException>(() => stream.CopyToAsync(Stream.Null));
        }
    }

    [Fact]
    public async Task ReadAsync_WhatThePlatformWrites_IsRead()
    {
        foreach (var level in Enum.GetValues<CompressionLevel>())
        {
            using var file = new MemoryStream();
            await using (var gzip = new GZipStream(file, level, leaveOpen: true)) await gzip.WriteAsync(Text);
            await using var stream = new GzipMembersStream(new TrickleStream(file.ToArray(), new Random(1), 10_000));
            using var text = new MemoryStream();
            await stream.CopyToAsync(text);
            Assert.Equal(Text, text.ToArray());
        }
    }

    private static byte[] Broken()
    {
        var file = Packed.Gzip(Text);
        file.AsSpan(200, 100).Fill(0xFF);
        return file;
    }
}
