<?xml version="1.0" encoding="utf-8" ?>
<ogr:FeatureCollection
     gml:id="aFeatureCollection"
     xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
     xsi:schemaLocation="http://ogr.maptools.org/ land_parcels_07522.xsd"
     xmlns:ogr="http://ogr.maptools.org/"
     xmlns:gml="http://www.opengis.net/gml/3.2">
  <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::9214"><gml:lowerCorner>425289.451 2365444.84</gml:lowerCorner><gml:upperCorner>426047.22 2366070.591</gml:upperCorner></gml:Envelope></gml:boundedBy>
                                                                                                                                          
  <ogr:featureMember>
    <ogr:land_parcels_07522 gml:id="land_parcels_07522.0">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::9214"><gml:lowerCorner>425398.76 2365446.882</gml:lowerCorner><gml:upperCorner>425691.116 2365550.306</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::9214" gml:id="land_parcels_07522.geom.0"><gml:exterior><gml:LinearRing><gml:posList>425690.022 2365550.306 425671.148 2365544.872 425637.54 2365534.336 425609.787 2365524.943 425591.683 2365519.118 425565.874 2365510.249 425536.421 2365500.029 425502.319 2365487.264 425475.401 2365477.466 425456.977 2365470.999 425431.568 2365462.324 425398.76 2365450.302 425399.53 2365446.882 425435.343 2365459.706 425471.319 2365472.559 425507.356 2365485.621 425543.468 2365498.696 425579.831 2365511.444 425616.532 2365523.808 425653.622 2365535.728 425691.116 2365547.149 425690.022 2365550.306</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:MaXa>07522</ogr:MaXa>
      <ogr:SoHieuToBanDo>1</ogr:SoHieuToBanDo>
      <ogr:SoThuTuThua>21</ogr:SoThuTuThua>
      <ogr:KyHieuMucDichSuDung>DGT</ogr:KyHieuMucDichSuDung>
      <ogr:DienTich>1066.20</ogr:DienTich>
      <ogr:DiaChi>Xứ đồng Đồi Thông, thôn Cầu Thọ</ogr:DiaChi>
    </ogr:land_parcels_07522>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:land_parcels_07522 gml:id="land_parcels_07522.1">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::9214"><gml:lowerCorner>425690.022 2365547.149</gml:lowerCorner><gml:upperCorner>426040.48 2365624.098</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::9214" gml:id="land_parcels_07522.geom.1"><gml:exterior><gml:LinearRing><gml:posList>425691.116 2365547.149 425729.006 2365558.019 425767.258 2365568.291 425805.826 2365577.924 425844.649 2365586.882 425883.664 2365595.14 425922.807 2365602.679 425962.018 2365609.491 426001.253 2365615.579 426040.48 2365620.96 426038.924 2365624.098 426003.688 2365619.447 425972.315 2365614.294 425941.156 2365609.634 425892.003 2365599.954 425863.449 2365594.384 425820.381 2365584.505 425794.181 2365578.39 425747.476 2365566.594 425718.961 2365558.741 425714.847 2365557.483 425690.022 2365550.306 425691.116 2365547.149</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:MaXa>07522</ogr:MaXa>
      <ogr:SoHieuToBanDo>1</ogr:SoHieuToBanDo>
      <ogr:SoThuTuThua>20</ogr:SoThuTuThua>
      <ogr:KyHieuMucDichSuDung>DGT</ogr:KyHieuMucDichSuDung>
      <ogr:DienTich>1181.00</ogr:DienTich>
      <ogr:DiaChi>Xứ đồng Đồi Thông, thôn Cầu Thọ</ogr:DiaChi>
    </ogr:land_parcels_07522>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:land_parcels_07522 gml:id="land_parcels_07522.2">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::9214"><gml:lowerCorner>425601.518 2365558.741</gml:lowerCorner><gml:upperCorner>426038.924 2365810.204</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::9214" gml:id="land_parcels_07522.geom.2"><gml:exterior><gml:LinearRing><gml:posList>425601.518 2365772.135 425606.612 2365762.179 425612.84 2365750.948 425623.577 2365729.895 425634.833 2365709.068 425651.323 2365677.99 425664.418 2365654.58 425680.398 2365626.234 425687.347 2365613.234 425707.932 2365577.567 425718.961 2365558.741 425747.476 2365566.594 425794.181 2365578.39 425820.381 2365584.505 425863.449 2365594.384 425892.003 2365599.954 425941.156 2365609.634 425972.315 2365614.294 426003.688 2365619.447 426038.924 2365624.098 426023.594 2365655.965 426011.063 2365682.523 425999.57 2365707.86 425988.828 2365729.308 425977.963 2365751.978 425959.884 2365790.178 425950.309 2365810.204 425903.942 2365806.861 425881.972 2365805.36 425852.272 2365802.175 425814.557 2365798.394 425777.351 2365794.702 425734.781 2365789.822 425694.737 2365784.893 425670.428 2365781.605 425629.836 2365776.327 425601.518 2365772.135</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:MaXa>07522</ogr:MaXa>
      <ogr:SoHieuToBanDo>1</ogr:SoHieuToBanDo>
      <ogr:SoThuTuThua>14</ogr:SoThuTuThua>
      <ogr:KyHieuMucDichSuDung>RSX</ogr:KyHieuMucDichSuDung>
      <ogr:DienTich>71880.60</ogr:DienTich>
      <ogr:DiaChi>Xứ đồng Đồi Thông, thôn Cầu Thọ</ogr:DiaChi>
    </ogr:land_parcels_07522>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:land_parcels_07522 gml:id="land_parcels_07522.3">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::9214"><gml:lowerCorner>425923.427 2365620.96</gml:lowerCorner><gml:upperCorner>426047.22 2365867.178</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::9214" gml:id="land_parcels_07522.geom.3"><gml:exterior><gml:LinearRing><gml:posList>425923.427 2365865.176 425931.221 2365849.37 425943.525 2365823.79 425950.309 2365810.204 425959.884 2365790.178 425977.963 2365751.978 425988.828 2365729.308 425999.57 2365707.86 426011.063 2365682.523 426023.594 2365655.965 426038.924 2365624.098 426040.48 2365620.96 426047.22 2365621.815 426045.732 2365624.973 426029.043 2365660.358 426012.441 2365695.451 425995.908 2365730.264 425979.417 2365764.822 425962.937 2365799.147 425946.424 2365833.263 425929.825 2365867.178 425923.427 2365865.176</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:MaXa>07522</ogr:MaXa>
      <ogr:SoHieuToBanDo>1</ogr:SoHieuToBanDo>
      <ogr:SoThuTuThua>15</ogr:SoThuTuThua>
      <ogr:KyHieuMucDichSuDung>DGT</ogr:KyHieuMucDichSuDung>
      <ogr:DienTich>1810.40</ogr:DienTich>
      <ogr:DiaChi>Xứ đồng Rộc Dài, thôn Cầu Thọ</ogr:DiaChi>
    </ogr:land_parcels_07522>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:land_parcels_07522 gml:id="land_parcels_07522.4">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::9214"><gml:lowerCorner>425816.743 2365865.176</gml:lowerCorner><gml:upperCorner>425929.825 2366070.591</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::9214" gml:id="land_parcels_07522.geom.4"><gml:exterior><gml:LinearRing><gml:posList>425929.825 2365867.178 425913.073 2365900.88 425896.085 2365934.326 425878.894 2365967.491 425861.587 2366000.414 425844.167 2366033.126 425826.634 2366065.653 425823.954 2366070.591 425816.743 2366070.168 425819.562 2366064.967 425836.323 2366033.31 425845.376 2366016.509 425856.031 2365997.371 425870.01 2365969.81 425882.258 2365947.285 425898.874 2365914.911 425911.521 2365889.612 425923.427 2365865.176 425929.825 2365867.178</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:MaXa>07522</ogr:MaXa>
      <ogr:SoHieuToBanDo>1</ogr:SoHieuToBanDo>
      <ogr:SoThuTuThua>5</ogr:SoThuTuThua>
      <ogr:KyHieuMucDichSuDung>DGT</ogr:KyHieuMucDichSuDung>
      <ogr:DienTich>1504.40</ogr:DienTich>
      <ogr:DiaChi>Xứ đồng Rộc Dài, thôn Cầu Thọ</ogr:DiaChi>
    </ogr:land_parcels_07522>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:land_parcels_07522 gml:id="land_parcels_07522.5">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::9214"><gml:lowerCorner>425725.768 2365789.822</gml:lowerCorner><gml:upperCorner>425950.309 2366064.967</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::9214" gml:id="land_parcels_07522.geom.5"><gml:exterior><gml:LinearRing><gml:posList>425734.781 2365789.822 425777.351 2365794.702 425814.557 2365798.394 425852.272 2365802.175 425881.972 2365805.36 425903.942 2365806.861 425950.309 2365810.204 425943.525 2365823.79 425931.221 2365849.37 425923.427 2365865.176 425911.521 2365889.612 425898.874 2365914.911 425882.258 2365947.285 425870.01 2365969.81 425856.031 2365997.371 425845.376 2366016.509 425836.323 2366033.31 425819.562 2366064.967 425791.649 2366063.439 425772.376 2366062.182 425755.866 2366061.047 425725.768 2366058.722 425727.148 2366026.554 425728.098 2365988.333 425729.667 2365962.769 425731.147 2365916.428 425732.691 2365886.909 425733.418 2365866.804 425734.102 2365823.595 425734.781 2365789.822</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:MaXa>07522</ogr:MaXa>
      <ogr:SoHieuToBanDo>1</ogr:SoHieuToBanDo>
      <ogr:SoThuTuThua>7</ogr:SoThuTuThua>
      <ogr:KyHieuMucDichSuDung>RSX</ogr:KyHieuMucDichSuDung>
      <ogr:DienTich>41451.70</ogr:DienTich>
      <ogr:DiaChi>Xứ đồng Đồi Thông, thôn Cầu Thọ</ogr:DiaChi>
    </ogr:land_parcels_07522>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:land_parcels_07522 gml:id="land_parcels_07522.6">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::9214"><gml:lowerCorner>425553.067 2366044.158</gml:lowerCorner><gml:upperCorner>425819.562 2366070.168</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::9214" gml:id="land_parcels_07522.geom.6"><gml:exterior><gml:LinearRing><gml:posList>425553.88 2366044.158 425585.485 2366047.098 425618.931 2366050.138 425645.588 2366052.401 425670.37 2366054.238 425689.536 2366055.711 425725.768 2366058.722 425755.866 2366061.047 425772.376 2366062.182 425791.649 2366063.439 425819.562 2366064.967 425816.743 2366070.168 425772.488 2366067.36 425728.358 2366064.25 425684.348 2366060.893 425640.458 2366057.317 425596.694 2366053.525 425553.067 2366049.492 425553.88 2366044.158</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:MaXa>07522</ogr:MaXa>
      <ogr:SoHieuToBanDo>1</ogr:SoHieuToBanDo>
      <ogr:SoThuTuThua>1</ogr:SoThuTuThua>
      <ogr:KyHieuMucDichSuDung>DTL</ogr:KyHieuMucDichSuDung>
      <ogr:DienTich>1414.80</ogr:DienTich>
      <ogr:DiaChi>Xứ đồng Rộc Dài, thôn Cầu Thọ</ogr:DiaChi>
    </ogr:land_parcels_07522>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:land_parcels_07522 gml:id="land_parcels_07522.7">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::9214"><gml:lowerCorner>425499.094 2365845.237</gml:lowerCorner><gml:upperCorner>425559.959 2365940.815</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::9214" gml:id="land_parcels_07522.geom.7"><gml:exterior><gml:LinearRing><gml:posList>425559.959 2365846.918 425543.876 2365874.072 425535.201 2365888.172 425519.175 2365914.641 425502.987 2365940.815 425499.094 2365939.101 425501.458 2365935.308 425523.18 2365899.966 425533.107 2365883.434 425556.085 2365845.237 425559.959 2365846.918</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:MaXa>07522</ogr:MaXa>
      <ogr:SoHieuToBanDo>1</ogr:SoHieuToBanDo>
      <ogr:SoThuTuThua>8</ogr:SoThuTuThua>
      <ogr:KyHieuMucDichSuDung>DGT</ogr:KyHieuMucDichSuDung>
      <ogr:DienTich>467.60</ogr:DienTich>
      <ogr:DiaChi>Xứ đồng Đồi Thông, thôn Đức Đình</ogr:DiaChi>
    </ogr:land_parcels_07522>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:land_parcels_07522 gml:id="land_parcels_07522.8">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::9214"><gml:lowerCorner>425446.816 2365772.135</gml:lowerCorner><gml:upperCorner>425734.781 2366058.722</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::9214" gml:id="land_parcels_07522.geom.8"><gml:exterior><gml:LinearRing><gml:posList>425725.768 2366058.722 425689.536 2366055.711 425670.37 2366054.238 425645.588 2366052.401 425618.931 2366050.138 425585.485 2366047.098 425553.88 2366044.158 425523.787 2366040.885 425495.667 2366038.069 425469.789 2366035.1 425446.816 2366032.741 425462.003 2366008.233 425484.411 2365971.618 425502.987 2365940.815 425519.175 2365914.641 425535.201 2365888.172 425543.876 2365874.072 425559.959 2365846.918 425569.336 2365830.531 425578.526 2365814.665 425590.313 2365793.4 425601.518 2365772.135 425629.836 2365776.327 425670.428 2365781.605 425694.737 2365784.893 425734.781 2365789.822 425734.102 2365823.595 425733.418 2365866.804 425732.691 2365886.909 425731.147 2365916.428 425729.667 2365962.769 425728.098 2365988.333 425727.148 2366026.554 425725.768 2366058.722</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:MaXa>07522</ogr:MaXa>
      <ogr:SoHieuToBanDo>1</ogr:SoHieuToBanDo>
      <ogr:SoThuTuThua>6</ogr:SoThuTuThua>
      <ogr:KyHieuMucDichSuDung>RSX</ogr:KyHieuMucDichSuDung>
      <ogr:DienTich>56242.40</ogr:DienTich>
      <ogr:DiaChi>Xứ đồng Đồi Thông, thôn Cầu Thọ</ogr:DiaChi>
    </ogr:land_parcels_07522>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:land_parcels_07522 gml:id="land_parcels_07522.9">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::9214"><gml:lowerCorner>425608.916 2365652.857</gml:lowerCorner><gml:upperCorner>425664.418 2365750.948</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::9214" gml:id="land_parcels_07522.geom.9"><gml:exterior><gml:LinearRing><gml:posList>425664.418 2365654.58 425651.323 2365677.99 425634.833 2365709.068 425623.577 2365729.895 425612.84 2365750.948 425608.916 2365749.218 425621.914 2365724.784 425626.805 2365716.307 425637.972 2365694.986 425650.24 2365671.878 425660.616 2365652.857 425664.418 2365654.58</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:MaXa>07522</ogr:MaXa>
      <ogr:SoHieuToBanDo>1</ogr:SoHieuToBanDo>
      <ogr:SoThuTuThua>13</ogr:SoThuTuThua>
      <ogr:KyHieuMucDichSuDung>DGT</ogr:KyHieuMucDichSuDung>
      <ogr:DienTich>426.90</ogr:DienTich>
      <ogr:DiaChi>Xứ đồng Đồi Thông, thôn Cầu Thọ</ogr:DiaChi>
    </ogr:land_parcels_07522>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:land_parcels_07522 gml:id="land_parcels_07522.10">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::9214"><gml:lowerCorner>425556.085 2365749.218</gml:lowerCorner><gml:upperCorner>425612.84 2365846.918</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::9214" gml:id="land_parcels_07522.geom.10"><gml:exterior><gml:LinearRing><gml:posList>425612.84 2365750.948 425606.612 2365762.179 425601.518 2365772.135 425590.313 2365793.4 425578.526 2365814.665 425569.336 2365830.531 425559.959 2365846.918 425556.085 2365845.237 425567.166 2365825.689 425576.955 2365808.623 425594.598 2365775.824 425608.916 2365749.218 425612.84 2365750.948</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:MaXa>07522</ogr:MaXa>
      <ogr:SoHieuToBanDo>1</ogr:SoHieuToBanDo>
      <ogr:SoThuTuThua>11</ogr:SoThuTuThua>
      <ogr:KyHieuMucDichSuDung>DGT</ogr:KyHieuMucDichSuDung>
      <ogr:DienTich>474.70</ogr:DienTich>
      <ogr:DiaChi>Xứ đồng Đồi Thông, thôn Cầu Thọ</ogr:DiaChi>
    </ogr:land_parcels_07522>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:land_parcels_07522 gml:id="land_parcels_07522.11">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::9214"><gml:lowerCorner>425660.616 2365557.483</gml:lowerCorner><gml:upperCorner>425718.961 2365654.58</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::9214" gml:id="land_parcels_07522.geom.11"><gml:exterior><gml:LinearRing><gml:posList>425660.616 2365652.857 425676.166 2365624.239 425689.159 2365601.716 425699.386 2365583.48 425714.847 2365557.483 425718.961 2365558.741 425707.932 2365577.567 425687.347 2365613.234 425680.398 2365626.234 425664.418 2365654.58 425660.616 2365652.857</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:MaXa>07522</ogr:MaXa>
      <ogr:SoHieuToBanDo>1</ogr:SoHieuToBanDo>
      <ogr:SoThuTuThua>17</ogr:SoThuTuThua>
      <ogr:KyHieuMucDichSuDung>DGT</ogr:KyHieuMucDichSuDung>
      <ogr:DienTich>477.50</ogr:DienTich>
      <ogr:DiaChi>Xứ đồng Đồi Thông, thôn Cầu Thọ</ogr:DiaChi>
    </ogr:land_parcels_07522>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:land_parcels_07522 gml:id="land_parcels_07522.12">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::9214"><gml:lowerCorner>425493.18 2365510.249</gml:lowerCorner><gml:upperCorner>425714.847 2365808.623</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::9214" gml:id="land_parcels_07522.geom.12"><gml:exterior><gml:LinearRing><gml:posList>425565.874 2365510.249 425591.683 2365519.118 425609.787 2365524.943 425637.54 2365534.336 425671.148 2365544.872 425690.022 2365550.306 425714.847 2365557.483 425699.386 2365583.48 425689.159 2365601.716 425676.166 2365624.239 425660.616 2365652.857 425650.24 2365671.878 425637.972 2365694.986 425626.805 2365716.307 425621.914 2365724.784 425608.916 2365749.218 425594.598 2365775.824 425576.955 2365808.623 425575.501 2365807.647 425553.571 2365794.581 425525.23 2365777.111 425493.18 2365756.597 425501.968 2365725.917 425510.474 2365694.885 425523.096 2365647.444 425533.006 2365614.312 425542.957 2365581.0 425556.216 2365538.947 425565.874 2365510.249</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:MaXa>07522</ogr:MaXa>
      <ogr:SoHieuToBanDo>1</ogr:SoHieuToBanDo>
      <ogr:SoThuTuThua>16</ogr:SoThuTuThua>
      <ogr:KyHieuMucDichSuDung>RSX</ogr:KyHieuMucDichSuDung>
      <ogr:DienTich>34134.20</ogr:DienTich>
      <ogr:DiaChi>Xứ đồng Đồi Thông, thôn Cầu Thọ</ogr:DiaChi>
    </ogr:land_parcels_07522>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:land_parcels_07522 gml:id="land_parcels_07522.13">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::9214"><gml:lowerCorner>425360.187 2365450.302</gml:lowerCorner><gml:upperCorner>425565.874 2365756.597</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::9214" gml:id="land_parcels_07522.geom.13"><gml:exterior><gml:LinearRing><gml:posList>425493.18 2365756.597 425472.705 2365742.935 425446.322 2365725.287 425423.815 2365708.683 425400.445 2365692.881 425376.768 2365676.663 425360.187 2365664.952 425364.493 2365635.637 425372.842 2365583.744 425378.559 2365552.572 425383.811 2365522.381 425392.031 2365482.142 425398.76 2365450.302 425431.568 2365462.324 425456.977 2365470.999 425475.401 2365477.466 425502.319 2365487.264 425536.421 2365500.029 425565.874 2365510.249 425556.216 2365538.947 425542.957 2365581.0 425533.006 2365614.312 425523.096 2365647.444 425510.474 2365694.885 425501.968 2365725.917 425493.18 2365756.597</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:MaXa>07522</ogr:MaXa>
      <ogr:SoHieuToBanDo>1</ogr:SoHieuToBanDo>
      <ogr:SoThuTuThua>19</ogr:SoThuTuThua>
      <ogr:KyHieuMucDichSuDung>RSX</ogr:KyHieuMucDichSuDung>
      <ogr:DienTich>38804.50</ogr:DienTich>
      <ogr:DiaChi>Xứ đồng Đồi Thông, thôn Cầu Thọ</ogr:DiaChi>
    </ogr:land_parcels_07522>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:land_parcels_07522 gml:id="land_parcels_07522.14">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::9214"><gml:lowerCorner>425346.14 2365444.84</gml:lowerCorner><gml:upperCorner>425399.53 2365717.133</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::9214" gml:id="land_parcels_07522.geom.14"><gml:exterior><gml:LinearRing><gml:posList>425346.14 2365716.174 425351.964 2365678.286 425357.769 2365640.177 425363.81 2365601.913 425370.277 2365563.55 425377.291 2365525.131 425384.907 2365486.69 425393.115 2365448.247 425393.869 2365444.84 425399.53 2365446.882 425398.76 2365450.302 425392.031 2365482.142 425383.811 2365522.381 425378.559 2365552.572 425372.842 2365583.744 425364.493 2365635.637 425360.187 2365664.952 425356.873 2365685.717 425354.945 2365698.358 425352.207 2365717.133 425346.14 2365716.174</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:MaXa>07522</ogr:MaXa>
      <ogr:SoHieuToBanDo>1</ogr:SoHieuToBanDo>
      <ogr:SoThuTuThua>18</ogr:SoThuTuThua>
      <ogr:KyHieuMucDichSuDung>DTL</ogr:KyHieuMucDichSuDung>
      <ogr:DienTich>1654.50</ogr:DienTich>
      <ogr:DiaChi>Xứ đồng Rộc Dài, thôn Hưng Sơn</ogr:DiaChi>
    </ogr:land_parcels_07522>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:land_parcels_07522 gml:id="land_parcels_07522.15">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::9214"><gml:lowerCorner>425331.691 2365664.952</gml:lowerCorner><gml:upperCorner>425575.501 2365829.318</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::9214" gml:id="land_parcels_07522.geom.15"><gml:exterior><gml:LinearRing><gml:posList>425331.691 2365829.318 425335.651 2365810.328 425340.953 2365782.942 425343.872 2365766.006 425348.531 2365741.149 425352.207 2365717.133 425354.945 2365698.358 425356.873 2365685.717 425360.187 2365664.952 425376.768 2365676.663 425400.445 2365692.881 425423.815 2365708.683 425446.322 2365725.287 425472.705 2365742.935 425493.18 2365756.597 425525.23 2365777.111 425553.571 2365794.581 425575.501 2365807.647 425545.501 2365810.924 425505.209 2365815.673 425461.883 2365819.563 425438.23 2365821.712 425392.442 2365824.533 425374.252 2365825.701 425331.691 2365829.318</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:MaXa>07522</ogr:MaXa>
      <ogr:SoHieuToBanDo>1</ogr:SoHieuToBanDo>
      <ogr:SoThuTuThua>12</ogr:SoThuTuThua>
      <ogr:KyHieuMucDichSuDung>RSX</ogr:KyHieuMucDichSuDung>
      <ogr:DienTich>19379.30</ogr:DienTich>
      <ogr:DiaChi>Xứ đồng Đồi Thông, thôn Cầu Thọ</ogr:DiaChi>
    </ogr:land_parcels_07522>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:land_parcels_07522 gml:id="land_parcels_07522.16">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::9214"><gml:lowerCorner>425316.764 2365807.647</gml:lowerCorner><gml:upperCorner>425576.955 2365935.308</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::9214" gml:id="land_parcels_07522.geom.16"><gml:exterior><gml:LinearRing><gml:posList>425316.764 2365904.855 425322.84 2365874.995 425327.718 2365848.738 425331.691 2365829.318 425374.252 2365825.701 425392.442 2365824.533 425438.23 2365821.712 425461.883 2365819.563 425505.209 2365815.673 425545.501 2365810.924 425575.501 2365807.647 425576.955 2365808.623 425567.166 2365825.689 425556.085 2365845.237 425533.107 2365883.434 425523.18 2365899.966 425501.458 2365935.308 425457.51 2365929.118 425433.958 2365925.749 425383.697 2365917.222 425355.375 2365911.568 425316.764 2365904.855</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:MaXa>07522</ogr:MaXa>
      <ogr:SoHieuToBanDo>1</ogr:SoHieuToBanDo>
      <ogr:SoThuTuThua>10</ogr:SoThuTuThua>
      <ogr:KyHieuMucDichSuDung>RSX</ogr:KyHieuMucDichSuDung>
      <ogr:DienTich>22074.40</ogr:DienTich>
      <ogr:DiaChi>Xứ đồng Đồi Thông, thôn Đức Đình</ogr:DiaChi>
    </ogr:land_parcels_07522>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:land_parcels_07522 gml:id="land_parcels_07522.17">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::9214"><gml:lowerCorner>425442.262 2365939.101</gml:lowerCorner><gml:upperCorner>425502.987 2366032.741</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::9214" gml:id="land_parcels_07522.geom.17"><gml:exterior><gml:LinearRing><gml:posList>425502.987 2365940.815 425484.411 2365971.618 425462.003 2366008.233 425446.816 2366032.741 425442.262 2366032.205 425457.421 2366007.987 425467.088 2365991.285 425481.603 2365967.881 425499.094 2365939.101 425502.987 2365940.815</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:MaXa>07522</ogr:MaXa>
      <ogr:SoHieuToBanDo>1</ogr:SoHieuToBanDo>
      <ogr:SoThuTuThua>4</ogr:SoThuTuThua>
      <ogr:KyHieuMucDichSuDung>DGT</ogr:KyHieuMucDichSuDung>
      <ogr:DienTich>462.40</ogr:DienTich>
      <ogr:DiaChi>Xứ đồng Đồi Thông, thôn Đức Đình</ogr:DiaChi>
    </ogr:land_parcels_07522>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:land_parcels_07522 gml:id="land_parcels_07522.18">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::9214"><gml:lowerCorner>425289.451 2366010.149</gml:lowerCorner><gml:upperCorner>425553.88 2366049.492</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::9214" gml:id="land_parcels_07522.geom.18"><gml:exterior><gml:LinearRing><gml:posList>425553.067 2366049.492 425509.597 2366045.171 425466.311 2366040.492 425423.248 2366035.363 425380.458 2366029.673 425338.004 2366023.291 425295.794 2366016.603 425289.451 2366015.645 425290.482 2366010.149 425296.885 2366011.088 425325.413 2366015.875 425364.958 2366021.534 425395.079 2366026.218 425442.262 2366032.205 425446.816 2366032.741 425469.789 2366035.1 425495.667 2366038.069 425523.787 2366040.885 425553.88 2366044.158 425553.067 2366049.492</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:MaXa>07522</ogr:MaXa>
      <ogr:SoHieuToBanDo>1</ogr:SoHieuToBanDo>
      <ogr:SoThuTuThua>2</ogr:SoThuTuThua>
      <ogr:KyHieuMucDichSuDung>DTL</ogr:KyHieuMucDichSuDung>
      <ogr:DienTich>1476.40</ogr:DienTich>
      <ogr:DiaChi>Xứ đồng Rộc Dài, thôn Đức Đình</ogr:DiaChi>
    </ogr:land_parcels_07522>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:land_parcels_07522 gml:id="land_parcels_07522.19">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::9214"><gml:lowerCorner>425296.885 2365904.855</gml:lowerCorner><gml:upperCorner>425501.458 2366032.205</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::9214" gml:id="land_parcels_07522.geom.19"><gml:exterior><gml:LinearRing><gml:posList>425501.458 2365935.308 425499.094 2365939.101 425481.603 2365967.881 425467.088 2365991.285 425457.421 2366007.987 425442.262 2366032.205 425395.079 2366026.218 425364.958 2366021.534 425325.413 2366015.875 425296.885 2366011.088 425302.47 2365981.62 425307.495 2365953.206 425312.036 2365928.494 425316.764 2365904.855 425355.375 2365911.568 425383.697 2365917.222 425433.958 2365925.749 425457.51 2365929.118 425501.458 2365935.308</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:MaXa>07522</ogr:MaXa>
      <ogr:SoHieuToBanDo>1</ogr:SoHieuToBanDo>
      <ogr:SoThuTuThua>3</ogr:SoThuTuThua>
      <ogr:KyHieuMucDichSuDung>RSX</ogr:KyHieuMucDichSuDung>
      <ogr:DienTich>17715.00</ogr:DienTich>
      <ogr:DiaChi>Xứ đồng Đồi Thông, thôn Đức Đình</ogr:DiaChi>
    </ogr:land_parcels_07522>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:land_parcels_07522 gml:id="land_parcels_07522.20">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::9214"><gml:lowerCorner>425290.482 2365716.174</gml:lowerCorner><gml:upperCorner>425352.207 2366011.088</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::9214" gml:id="land_parcels_07522.geom.20"><gml:exterior><gml:LinearRing><gml:posList>425352.207 2365717.133 425348.531 2365741.149 425343.872 2365766.006 425340.953 2365782.942 425335.651 2365810.328 425331.691 2365829.318 425327.718 2365848.738 425322.84 2365874.995 425316.764 2365904.855 425312.036 2365928.494 425307.495 2365953.206 425302.47 2365981.62 425296.885 2366011.088 425290.482 2366010.149 425297.287 2365973.91 425304.148 2365937.555 425311.109 2365901.08 425318.22 2365864.482 425325.539 2365827.768 425333.087 2365790.945 425339.977 2365753.759 425346.14 2365716.174 425352.207 2365717.133</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:MaXa>07522</ogr:MaXa>
      <ogr:SoHieuToBanDo>1</ogr:SoHieuToBanDo>
      <ogr:SoThuTuThua>9</ogr:SoThuTuThua>
      <ogr:KyHieuMucDichSuDung>DTL</ogr:KyHieuMucDichSuDung>
      <ogr:DienTich>1884.60</ogr:DienTich>
      <ogr:DiaChi>Xứ đồng Rộc Dài, thôn Đức Đình</ogr:DiaChi>
    </ogr:land_parcels_07522>
  </ogr:featureMember>
</ogr:FeatureCollection>
