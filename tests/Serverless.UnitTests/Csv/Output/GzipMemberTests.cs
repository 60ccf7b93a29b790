using System.IO.Compression;
using System.Text;
using Serverless.Csv.Output;
using Serverless.TestSupport.Csv;

namespace Serverless.UnitTests.Csv.Output;

public sealed class GzipMemberTests
{
    private static readonly string Text = string.Concat(Enumerable.Range(0, 50_000).Select(i => $"{i},{i * 7919 % 10007}\n"));

    [Fact]
    public void Members_InARow_AreOneFile_AndEachOneCanBeReadAlone()
    {
        using var packer = new GzipMember();
        var (file, members) = (new List<byte>(), new List<byte[]>());
        foreach (var piece in (string[])["a,b\n", Text, "last\n"])
        {
            foreach (var part in Encoding.UTF8.GetBytes(piece).Chunk(3_000)) packer.Write(part);
            Assert.Equal(piece.Length, packer.TextLength);
            packer.End();
            members.Add(packer.Pending.ToArray());
            file.AddRange(packer.Pending);
            packer.Clear();
            Assert.Equal(0, packer.TextLength);
        }

        Assert.Equal("a,b\n" + Text + "last\n", Unpack([.. file]));
        Assert.Equal(Text, Encoding.UTF8.GetString(GzipMember.Read(members[1])));
        Assert.True(file.Count < Text.Length / 2, $"{file.Count} bytes");
    }

    [Fact]
    public void Nothing_IsAMemberToo()
    {
        var empty = GzipMember.Of([]);

        Assert.Equal(Packed.Gzip([])[10..], empty[10..]);
        Assert.Equal("", Unpack(empty));
        Assert.Equal("1\n", Unpack([.. empty, .. GzipMember.Of("1\n"u8)]));
    }

    private static string Unpack(byte[] file)
    {
        using var stream = new GZipStream(new MemoryStream(file), CompressionMode.Decompress);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
