using Microsoft.Extensions.Configuration;
using Serverless.Local.Storage;

namespace Serverless.UnitTests.Local;

public sealed class StorageSettingTests
{
    [Theory]
    [InlineData("AzureWebJobsStorage", "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=Yg==", true)]
    [InlineData("AzureWebJobsStorage:accountName", "a", true)]
    [InlineData("AzureWebJobsStorage:blobServiceUri", "https://a.blob.core.windows.net", true)]
    [InlineData("AzureWebJobsStorage", "UseDevelopmentStorage=true", false)]
    [InlineData("AzureWebJobsStorage", "", false)]
    [InlineData("Other", "x", false)]
    public void Read_Setting_DecidesAboutEmulator(string name, string value, bool namesAccount)
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create<string, string?>(name, value)]).Build();

        Assert.Equal(namesAccount, StorageSetting.Read(settings).NamesAccount);
    }
}
