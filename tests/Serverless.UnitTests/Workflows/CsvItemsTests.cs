using System.Text;
using Serverless.Tasks;
using Serverless.Workflows.Items;

namespace Serverless.UnitTests.Workflows;

public sealed class CsvItemsTests
{
    [Theory]
    [InlineData("1F8B080000000000", "a gzip file")]
    [InlineData("504B030414000000", "a zip archive")]
    [InlineData("00000000000000000000000000000000", "binary data")]
    public async Task Write_NoText_IsRefusedByItsName(string bytes, string kind)
    {
        using var target = new MemoryStream();

        var refusal = await Assert.ThrowsAsync<TaskValidationException>(
            () => CsvItems.WriteAsync(new MemoryStream(Convert.FromHexString(bytes)), target, CancellationToken.None));

        Assert.Contains($"is {kind}", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(0, target.Length);
    }

    [Fact]
    public async Task Write_Csv_AreObjects()
    {
        using var target = new MemoryStream();

        await CsvItems.WriteAsync(new MemoryStream("name;n\nx;1\n"u8.ToArray()), target, CancellationToken.None);

        Assert.Equal("{\"name\":\"x\",\"n\":\"1\"}\n", Encoding.UTF8.GetString(target.ToArray()));
    }
}
