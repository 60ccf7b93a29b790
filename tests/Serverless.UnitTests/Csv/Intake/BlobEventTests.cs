using System.Text.Json;
using Serverless.CsvJobs.Intake;

namespace Serverless.UnitTests.Csv.Intake;

public sealed class BlobEventTests
{
    private const string Subject = "/blobServices/default/containers/incoming/blobs/a/b c.csv";

    [Fact]
    public void TryRead_CloudEvent_NamesTheBlob()
    {
        var body = Json(
            new { specversion = "1.0", type = "Microsoft.Storage.BlobCreated", subject = Subject, data = new { eTag = "\"0x8D\"" } });

        Assert.True(BlobEvent.TryRead(body, out var read, out _));
        Assert.Equal(new BlobEvent(true, "incoming", "a/b c.csv", "0x8D"), read);
    }

    [Fact]
    public void TryRead_EventGridsOwnSchema_NamesTheBlob()
    {
        var body = Json(new { eventType = "Microsoft.Storage.BlobCreated", subject = Subject, data = new { eTag = "0x8D" } });

        Assert.True(BlobEvent.TryRead(body, out var read, out _));
        Assert.Equal(new BlobEvent(true, "incoming", "a/b c.csv", "0x8D"), read);
    }

    [Fact]
    public void TryRead_Deletion_IsNoCreation()
    {
        Assert.True(BlobEvent.TryRead(Json(new { type = "Microsoft.Storage.BlobDeleted", subject = Subject }), out var read, out _));
        Assert.Equal(new BlobEvent(false, "incoming", "a/b c.csv", ""), read);
    }

    [Theory]
    [InlineData("", "no JSON")]
    [InlineData("{", "no JSON")]
    [InlineData("[]", "no JSON object")]
    [InlineData("null", "no JSON object")]
    [InlineData("{}", "no type")]
    [InlineData("""{"type":1}""", "no type")]
    [InlineData("""{"type":"x"}""", "no subject")]
    [InlineData("""{"type":"x","subject":"/blobServices/default/containers/incoming"}""", "is no blob")]
    [InlineData("""{"type":"x","subject":"/blobServices/default/containers/incoming/blobs/"}""", "is no blob")]
    [InlineData("""{"type":"x","subject":"/queueServices/default/queues/q"}""", "is no blob")]
    public void TryRead_Malformed_SaysWhat(string body, string expected)
    {
        Assert.False(BlobEvent.TryRead(BinaryData.FromString(body), out _, out var fault));
        Assert.Contains(expected, fault, StringComparison.Ordinal);
    }

    private static BinaryData Json(object value) => BinaryData.FromBytes(JsonSerializer.SerializeToUtf8Bytes(value));
}
