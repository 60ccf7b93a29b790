using Serverless.Csv.Schema;
using Serverless.TestSupport.Csv;

namespace Serverless.UnitTests.Csv.Schema;

public sealed class FieldMissingValuesTests
{
    [Theory]
    // The field's own texts stand in the place of the schema's.
    [InlineData("[\"-9\"]", "-9,1\n3,-9\n,2\n", ",1\n3,-9\n", 1)]
    [InlineData("[{\"value\":\"-9\",\"label\":\"not asked\"}]", "-9,1\n", ",1\n", 0)]
    [InlineData("[{\"value\":\"-9\"},\"\"]", "-9,1\n,1\n", ",1\n,1\n", 0)]
    [InlineData("[]", ",1\n-9,\n", "-9,\n", 1)]
    public void MissingValues_OfAField_CountInItsColumnOnly(string missing, string text, string accepted, int rejected)
    {
        var schema = Cleaned.Schema(
            $$"""{"fields":[{"name":"a","type":"integer","missingValues":{{missing}}},{"name":"b","type":"integer"}]}""");

        foreach (var same in new[] { schema, Cleaned.Schema(schema.ToJson()) })
        {
            var cleaned = Cleaned.From(same, text);
            Assert.Equal((accepted, rejected), (cleaned.Text, cleaned.Faults.Count));
        }

        Assert.Null(schema.ToCanonical().Fields[0].MissingValues);
    }
}
