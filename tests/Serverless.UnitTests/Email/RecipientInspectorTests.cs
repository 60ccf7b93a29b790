using System.Text;
using Serverless.Email;
using Serverless.Email.Recipients;

namespace Serverless.UnitTests.Email;

public sealed class RecipientInspectorTests
{
    [Theory]
    [InlineData("1F8B080000000000", "a gzip file")]
    [InlineData("504B030414000000", "a zip archive")]
    [InlineData("255044462D312E370A", "a PDF document")]
    [InlineData("00000000000000000000000000000000", "binary data")]
    public async Task Inspect_NoText_IsRefusedByItsName(string bytes, string kind)
    {
        var refusal = await Assert.ThrowsAsync<MailJobException>(
            () => RecipientInspector.InspectAsync(Convert.FromHexString(bytes), isWhole: true, CancellationToken.None));

        Assert.StartsWith($"The list is {kind}", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("A list is a CSV with a header", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("to,name\nada@example.org,Ada\n")]
    [InlineData("{\"to\": \"ada@example.org\"}\n")]
    public async Task Inspect_List_IsTaken(string text) =>
        Assert.NotNull(await RecipientInspector.InspectAsync(Encoding.UTF8.GetBytes(text), isWhole: true, CancellationToken.None));
}
