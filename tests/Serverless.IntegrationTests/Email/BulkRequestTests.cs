using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Serverless.Email.Jobs.Store;
using Serverless.IntegrationTests.Csv.Jobs;
using Serverless.Storage;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Email;

[Collection(AzuriteTests.Name)]
public sealed class BulkRequestTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task Bulk_FaultyRequest_IsAnsweredWithAllFaults()
    {
        await using var host = await EmailHost.StartAsync(azurite);
        using var response = await host.Http.PostAsJsonAsync("email/bulk", new JsonObject
        {
            ["template"] = "../secret",
            ["subject"] = "Hi\nBcc: all@example.com",
            ["from"] = "nobody",
            ["unsubscribe"] = "{{ to",
            ["context"] = 1,
            ["recipients"] = new JsonArray(1, new JsonObject { ["name"] = "x" }, new JsonObject { ["to"] = 1 }),
            ["batchSize"] = 0,
            ["maxPerSecond"] = -1,
            ["rate"] = 1,
        });

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var errors = (await response.Content.ReadFromJsonAsync<JsonObject>())!["errors"]!.AsObject();
        Assert.Equal(
            ["batchSize", "context", "from", "maxPerSecond", "rate", "recipients[0]", "recipients[1]", "recipients[2]", "subject",
                "template", "unsubscribe"],
            errors.Select(e => e.Key).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("""{"template": "nowhere", "from": "a@example.org", "recipients": [{"to": "a@example.com"}]}""", "template")]
    [InlineData("""{"template": "message", "from": "a@example.org", "recipients": "recipients/nowhere.csv"}""", "recipients")]
    [InlineData("""{"template": "message", "recipients": [{"to": "a@example.com"}]}""", "from")]
    [InlineData("""{"template": "message", "from": "a@example.org", "recipients": []}""", "recipients")]
    public async Task Bulk_MissingThings_AreNamed(string body, string option)
    {
        await using var host = await EmailHost.StartAsync(azurite);
        using var response = await host.Http.PostAsync("email/bulk", new StringContent(body));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(option, (await response.Content.ReadFromJsonAsync<JsonObject>())!["errors"]!.AsObject().Select(e => e.Key));
    }

    [Fact]
    public async Task Bulk_ListWithoutTo_FailsTheJob()
    {
        await using var host = await EmailHost.StartAsync(azurite);
        await host.UploadAsync(Containers.Recipients, "none.csv", "mail,name\na@example.com,Ann\n");
        var request = EmailHost.Request();
        request["from"] = "a@example.org";
        request["recipients"] = "recipients/none.csv";

        var status = await host.WaitAsync(await host.StartJobAsync(request));

        Assert.Equal(MailJobState.Failed, status.State);
        Assert.StartsWith("The list has no column \"to\"; its first line is: mail, name.", status.Error, StringComparison.Ordinal);
    }
}
