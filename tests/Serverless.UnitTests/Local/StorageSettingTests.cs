using Microsoft.Extensions.Configuration;
using Serverless.Local.Storage;

namespace Serverless.UnitTests.Local;

public sealed class StorageSettingTests
{
    [Theory]
    [InlineData("AzureWebJobsStorage", "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=Yg==", true)]
    [InlineData("Values:AzureWebJobsStorage", "AccountName=a;AccountKey=Yg==", true)]
    [InlineData("AzureWebJobsStorage:accountName", "a", true)]
    [InlineData("AzureWebJobsStorage:blobServiceUri", "https://a.blob.core.windows.net", true)]
    [InlineData("Values:AzureWebJobsStorage__accountName", "a", true)]
    [InlineData("AzureWebJobsStorage", "UseDevelopmentStorage=true", false)]
    [InlineData("Values:AzureWebJobsStorage", "usedevelopmentstorage=true;", false)]
    [InlineData("AzureWebJobsStorage", "", false)]
    [InlineData("Other", "x", false)]
    public void Read_Setting_DecidesAboutEmulator(string name, string value, bool namesAccount)
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create<string, string?>(name, value)]).Build();

        Assert.Equal(namesAccount, StorageSetting.Read(settings).NamesAccount);
    }

    [Fact]
    public void Read_EnvironmentAndFile_EnvironmentWins()
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection(
        [
            KeyValuePair.Create<string, string?>("AzureWebJobsStorage", "UseDevelopmentStorage=true"),
            KeyValuePair.Create<string, string?>("Values:AzureWebJobsStorage", "AccountName=a;AccountKey=Yg=="),
        ]).Build();

        Assert.False(StorageSetting.Read(settings).NamesAccount);
    }
}
