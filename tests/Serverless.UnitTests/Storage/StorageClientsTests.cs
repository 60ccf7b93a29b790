using Microsoft.Extensions.Configuration;
using Serverless.Storage;

namespace Serverless.UnitTests.Storage;

public sealed class StorageClientsTests
{
    [Theory]
    [InlineData("", "", "https://host.blob.core.windows.net/", "https://host.table.core.windows.net/")]
    [InlineData("DataStorage:blobServiceUri", "https://data.blob.core.windows.net", "https://data.blob.core.windows.net/",
        "https://host.table.core.windows.net/")]
    [InlineData("TableStorage:accountName", "tables", "https://host.blob.core.windows.net/", "https://tables.table.core.windows.net/")]
    public void Clients_WithAnAccountOfTheirOwn_UseThatOne(string setting, string value, string blobs, string tables)
    {
        var configuration = Read(
            ("AzureWebJobsStorage:blobServiceUri", "https://host.blob.core.windows.net"),
            ("AzureWebJobsStorage:tableServiceUri", "https://host.table.core.windows.net"), (setting, value));

        Assert.Equal(blobs, StorageClients.CreateBlobs(configuration).Uri.AbsoluteUri);
        Assert.Equal(tables, StorageClients.CreateTables(configuration).Uri.AbsoluteUri);
    }

    [Fact]
    public void Clients_WithoutAnAccount_NameTheSettingThatIsMissing()
    {
        var none = Assert.Throws<InvalidOperationException>(() => StorageClients.CreateBlobs(Read()));
        var half = Assert.Throws<InvalidOperationException>(() => StorageClients.CreateTables(Read(("TableStorage:clientId", "x"))));

        Assert.Contains("AzureWebJobsStorage__blobServiceUri", none.Message, StringComparison.Ordinal);
        Assert.Contains("TableStorage__tableServiceUri", half.Message, StringComparison.Ordinal);
    }

    private static IConfigurationRoot Read(params (string Name, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Where(s => s.Name.Length > 0).Select(s => KeyValuePair.Create(s.Name, (string?)s.Value))).Build();
}
